package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class DataDirectoryTest {

  @TempDir Path parent;

  @Test
  void isMadeForItsOwnerAlone() throws Exception {
    Path directory = parent.resolve("a/b");
    try (DataDirectory held = DataDirectory.hold(directory)) {
      assertThat(held.path()).isEqualTo(directory);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void aSecondServerIsRefusedUntilTheFirstIsGone() throws Exception {
    DataDirectory first = DataDirectory.hold(parent);
    assertThatThrownBy(() -> DataDirectory.hold(parent))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(parent.toString())
        .hasMessageContaining("--data");
    first.close();
    DataDirectory.hold(parent).close();
  }

  @Test
  void whetherAServerRunsIsWhatTheLockSays() throws Exception {
    assertThat(DataDirectory.isHeld(parent)).isFalse();
    try (DataDirectory _ = DataDirectory.hold(parent)) {
      assertThat(DataDirectory.isHeld(parent)).isTrue();
    }
    assertThat(DataDirectory.isHeld(parent)).isFalse();
  }

  @Test
  void aFileInItsPlaceIsAProblemWithAdvice() throws Exception {
    Path file = Files.writeString(parent.resolve("file"), "");
    assertThatThrownBy(() -> DataDirectory.hold(file))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("--data");
  }
}
