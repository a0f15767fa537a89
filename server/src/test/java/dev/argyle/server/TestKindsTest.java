package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every test class has a kind, so that {@code mvn test -Dgroups=KIND} leaves none out. */
@Tag("arrows")
class TestKindsTest {

  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  /** The kinds that CONTRIBUTING.md describes. */
  private static final Pattern KIND =
      Pattern.compile(
          "@(net\\.jqwik\\.api\\.)?Tag\\(\"(unit|property|play|fault|fuzz|program|arrows)\"\\)");

  @Test
  void everyTestClassHasAKind() throws IOException {
    List<String> without;
    try (Stream<Path> files = Files.walk(REPOSITORY, 20)) {
      without =
          files
              .filter(file -> file.toString().contains("/src/test/java/"))
              .filter(file -> file.toString().endsWith("Test.java"))
              .filter(file -> !KIND.matcher(read(file)).find())
              .map(file -> REPOSITORY.relativize(file).toString())
              .toList();
    }
    assertThat(without).as("test classes without one of the kinds of CONTRIBUTING.md").isEmpty();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
