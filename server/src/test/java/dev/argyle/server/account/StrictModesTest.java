package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class StrictModesTest {

  @TempDir Path folder;
  private Path file;
  private int owner;

  @BeforeEach
  void make() throws Exception {
    file = Files.writeString(folder.resolve("admin.secret"), "x");
    mode(file, "rw-------");
    owner = (Integer) Files.getAttribute(file, "unix:uid");
  }

  private static void mode(Path path, String mode) throws Exception {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  @Test
  void ourOwnFileAndAMissingOneAreBelieved() {
    assertThatCode(() -> new StrictModes(owner, false).check(file)).doesNotThrowAnyException();
    assertThatCode(() -> new StrictModes(owner, false).check(folder)).doesNotThrowAnyException();
    assertThatCode(() -> new StrictModes(owner, false).check(folder.resolve("none")))
        .doesNotThrowAnyException();
  }

  @Test
  void fileOfAnotherUserIsNotBelievedButRootMayLookAfterIt() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    int somebody = owner + 1;
    if (owner != 0) { // what is root's is everybody's
      for (Path path : new Path[] {file, link, folder}) {
        assertThatThrownBy(() -> new StrictModes(somebody, true).check(path))
            .isInstanceOf(DataProblem.class)
            .hasMessageStartingWith(path + ": belongs to user " + owner)
            .hasMessageContaining("chown");
      }
      assertThatThrownBy(() -> new StrictModes(0, false).check(file))
          .isInstanceOf(DataProblem.class);
    }
    assertThatCode(() -> new StrictModes(0, true).check(file)).doesNotThrowAnyException();
  }

  /** A volume of Kubernetes with fsGroup is root's, and its group may write to it. */
  @Test
  void whoMayNotChangeTheModeOfADirectoryIsToldToMakeOneBelowIt() throws Exception {
    Assumptions.assumeTrue(owner == 0, "needs a folder of root's");
    mode(folder, "rwxrwx---");
    assertThatThrownBy(() -> new StrictModes(65532, false).check(folder))
        .isInstanceOf(DataProblem.class)
        .hasMessageEndingWith("--data " + folder.resolve("argyle"));
    assertThatCode(() -> new StrictModes(65532, false).check(folder.resolve("argyle")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw--w----", "rw-----w-", "rwxrwxrwx"})
  void fileThatOthersMayWriteIsNotBelieved(String mode) throws Exception {
    mode(file, mode);
    for (boolean command : new boolean[] {true, false}) {
      assertThatThrownBy(() -> new StrictModes(owner, command).check(file))
          .isInstanceOf(DataProblem.class)
          .hasMessageStartingWith(file + ": ")
          .hasMessageEndingWith("chmod go-w " + file);
    }
  }

  @Test
  void serverAndCommandsRefuseADirectoryThatOthersMayWrite() throws Exception {
    mode(folder, "rwxrwxr-x");
    assertThatThrownBy(() -> DataDirectory.hold(folder))
        .hasMessageContaining("chmod go-w " + folder);
    assertThatThrownBy(() -> DataDirectory.check(folder))
        .hasMessageContaining("chmod go-w " + folder);
    mode(folder, "rwxr-xr-x");
    mode(file, "rw-rw-rw-");
    assertThatThrownBy(() -> DataDirectory.hold(folder)).hasMessageContaining("chmod go-w " + file);
    mode(file, "rw-r--r--");
    DataDirectory.hold(folder).close();
  }
}
