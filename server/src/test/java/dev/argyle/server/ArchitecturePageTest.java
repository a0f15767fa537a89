package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/architecture.md names the tests that hold what it says: they exist. */
@Tag("arrows")
class ArchitecturePageTest {

  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern JAVA_TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");
  private static final Pattern SCRIPT_TEST =
      Pattern.compile("`(test_\\w+)\\.(\\w+)\\.(test_\\w+)`");

  @Test
  void everyTestThatThePageNamesIsThere() throws IOException {
    String page = Files.readString(REPOSITORY.resolve("docs/architecture.md"));
    Matcher java = JAVA_TEST.matcher(page);
    int named = 0;
    while (java.find()) {
      named++;
      assertThat(text(java.group(1) + ".java"))
          .as(java.group())
          .anyMatch(source -> source.contains("void " + java.group(2) + "("));
    }
    Matcher script = SCRIPT_TEST.matcher(page);
    while (script.find()) {
      named++;
      assertThat(text(script.group(1) + ".py"))
          .as(script.group())
          .anyMatch(
              source ->
                  source.contains("class " + script.group(2) + "(")
                      && source.contains("def " + script.group(3) + "("));
    }
    assertThat(named).isGreaterThan(40);
  }

  /** The files of that name; several modules may have one. */
  private static List<String> text(String fileName) throws IOException {
    try (Stream<Path> files =
        Files.find(
            REPOSITORY, 20, (file, about) -> file.endsWith(fileName) && about.isRegularFile())) {
      return files.map(ArchitecturePageTest::read).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
