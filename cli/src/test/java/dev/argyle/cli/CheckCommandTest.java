package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class CheckCommandTest {

  @TempDir private Path folder;

  private Said check(String text) throws IOException {
    Path file = folder.resolve("argyle.yaml");
    Files.writeString(file, text);
    return Said.by("check", "-c", file.toString());
  }

  @Test
  void aRightFileIsPrintedWithEveryDefault() throws IOException {
    Said said = check("");
    assertThat(said.exitCode()).isZero();
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).isEqualTo(ConfigurationPrinter.print(Configuration.defaults()));
    assertThat(check(said.out()).out()).isEqualTo(said.out());
  }

  @Test
  void everyProblemOfAWrongFileIsSaidAndNothingPrinted() throws IOException {
    Said said = check("sockz: {}\nlog: { format: xml }\n");
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    String file = folder.resolve("argyle.yaml").toString();
    assertThat(said.err().lines())
        .containsExactly(
            file + ":1:1: sockz: is not a key; did you mean socks?",
            file + ":2:16: log.format: \"xml\" is not one of tab, json");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    Said said = Said.by("check", "-c", folder.resolve("missing.yaml").toString());
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).contains("missing.yaml: there is no such file");
  }
}
