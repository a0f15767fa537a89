package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class FileStampTest {

  @TempDir Path folder;

  /** The advice for a file that cannot be read is to change its owner or mode. */
  @Test
  void fileWhoseModeWasMendedIsAnotherOne() throws Exception {
    Path file = Files.writeString(folder.resolve("list"), "ads.example\n");
    FileStamp unreadable = FileStamp.of(file);
    assertThat(FileStamp.of(file).isSameAs(unreadable)).as("nothing has changed").isTrue();
    Awaitility.await() // the kernel's clock of files has ticks of some milliseconds
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
              return !FileStamp.of(file).isSameAs(unreadable);
            });
    assertThat(FileStamp.of(file).modified()).isEqualTo(unreadable.modified());
  }

  @Test
  void fileThatIsNotThereIsAState() throws Exception {
    Path file = folder.resolve("list");
    FileStamp missing = FileStamp.of(file);
    assertThat(missing.isMissing()).isTrue();
    assertThat(FileStamp.of(file).isSameAs(missing)).isTrue();
    Files.createFile(file);
    assertThat(FileStamp.of(file).isSameAs(missing)).isFalse();
  }
}
