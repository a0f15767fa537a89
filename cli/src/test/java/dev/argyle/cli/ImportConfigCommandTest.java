package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class ImportConfigCommandTest {

  @TempDir private Path folder;

  private Said translated(String from, String text) throws IOException {
    Path file = folder.resolve("old.conf");
    Files.writeString(file, text);
    return Said.by("import-config", "--from", from, file.toString());
  }

  @Test
  void aFileThatIsCutOffIsAnErrorAndPrintsNothing() throws IOException {
    Said said = translated("dante", "debug: 0\nsocks pass {\n  from: 0/0 to: 0/0\n");
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out()).isEmpty();
    assertThat(said.err()).contains("old.conf:2: the block that begins here is not closed");
  }

  @Test
  void aLineThatIsLeftOutIsSeenInTheExitCode() throws IOException {
    Said said = translated("3proxy", "external eth0\nsocks\n");
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out()).contains("old.conf:1: external eth0");
    assertThat(translated("3proxy", "socks\n").exitCode()).isZero();
  }
}
