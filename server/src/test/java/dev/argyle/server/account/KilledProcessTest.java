package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.wire.UserName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fault")
class KilledProcessTest {

  private static final long ENOUGH_OCTETS = 300; // of numbers: a hundred accounts or so

  @TempDir Path data;

  @Test
  void everyAcknowledgedChangeIsThereAfterItsProcessWasKilled() throws Exception {
    Path said = data.resolve("said");
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                data.toString())
            .redirectOutput(said.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> Files.size(said) > ENOUGH_OCTETS);
    } finally {
      writer.destroyForcibly().waitFor(); // SIGKILL, in the middle of whatever it does
    }
    int acknowledged = (int) Files.readString(said).chars().filter(each -> each == '\n').count();
    try (AccountBook book = Book.open(data)) {
      assertThat(book.count()).isBetween(acknowledged, acknowledged + 1);
      assertThat(book.find(UserName.of("user-" + (acknowledged - 1)))).isNotNull();
    }
  }
}
