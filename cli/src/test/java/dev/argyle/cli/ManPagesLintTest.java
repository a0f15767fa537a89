package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The man pages by the programs that show them. */
@Tag("program")
class ManPagesLintTest {

  private static final Path PAGES = Path.of("../deploy/man");

  @ParameterizedTest
  @ValueSource(strings = {"argyle.1", "argyle-serve.8", "argyle.yaml.5"})
  void mandocHasNothingToSay(String page) throws IOException, InterruptedException {
    assertThat(said("mandoc", "-Tlint", page)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"argyle.1", "argyle-serve.8", "argyle.yaml.5"})
  void manHasNothingToSay(String page) throws IOException, InterruptedException {
    // as Debian's lintian calls it
    assertThat(said("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page)).isEmpty();
  }

  /** What a program writes to standard output and error; of man only the latter. */
  private static String said(String... command) throws IOException, InterruptedException {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, command[0])));
    assumeTrue(there, command[0] + " is not installed");
    ProcessBuilder builder = new ProcessBuilder(command).directory(PAGES.toFile());
    builder.environment().put("MANROFFSEQ", "");
    builder.environment().put("MANWIDTH", "80");
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.redirectErrorStream(true);
    if (command[0].equals("man")) {
      builder.redirectErrorStream(false).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }
    Process process = builder.start();
    byte[] said =
        (command[0].equals("man") ? process.getErrorStream() : process.getInputStream())
            .readAllBytes();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new String(said, StandardCharsets.UTF_8);
  }
}
