package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class DefaultPlacesTest {

  private static final int SELF = DefaultPlaces.ofThisProcess().user();

  @TempDir private Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aHome() {
    environment.put("HOME", folder.resolve("home").toString());
  }

  private DefaultPlaces places() {
    return new DefaultPlaces(environment, folder.resolve("work"), folder.resolve("system"), SELF);
  }

  private Path make(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }

  @Test
  void theFirstPlaceThatHasAConfigurationIsTaken() throws IOException {
    assertThat(places().configuration()).isNull();
    Path system = make("system/etc/argyle/argyle.yaml");
    assertThat(places().configuration()).isEqualTo(system);
    Path home = make("home/.config/argyle/argyle.yaml");
    assertThat(places().configuration()).isEqualTo(home);
    environment.put("XDG_CONFIG_HOME", folder.resolve("xdg").toString());
    assertThat(places().configuration()).isEqualTo(system);
    Path xdg = make("xdg/argyle/argyle.yaml");
    assertThat(places().configuration()).isEqualTo(xdg);
    Path working = make("work/argyle.yaml");
    assertThat(places().configuration()).isEqualTo(working);
    environment.put("ARGYLE_CONFIG", "/nowhere/named.yaml");
    assertThat(places().configuration()).isEqualTo(Path.of("/nowhere/named.yaml"));
  }

  @Test
  void variablesThatAreEmptyOrRelativeAreAsIfTheyWereNotSet() throws IOException {
    Path home = make("home/.config/argyle/argyle.yaml");
    environment.put("ARGYLE_CONFIG", "");
    environment.put("XDG_CONFIG_HOME", "relative");
    assertThat(places().configuration()).isEqualTo(home);
    environment.remove("HOME");
    assertThat(places().configuration()).isNull();
    assertThat(places().stateOfUser()).isNull();
  }

  @Test
  void aDeadLinkIsNotPassedOverInSilence() throws IOException {
    make("system/etc/argyle/argyle.yaml");
    Path link = folder.resolve("work/argyle.yaml");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, folder.resolve("gone.yaml"));
    assertThat(places().configuration()).isEqualTo(link);
  }

  @Test
  void aFileThatOthersHavePutIntoTheWorkingDirectoryMustBeNamed() throws IOException {
    Path working = make("work/argyle.yaml");
    Files.setPosixFilePermissions(working, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(places().distrust(working)).isNull();
    Files.setPosixFilePermissions(working, PosixFilePermissions.fromString("rw-r--rw-"));
    assertThat(places().distrust(working)).startsWith("everybody may write to it");
    environment.put("ARGYLE_CONFIG", working.toString());
    assertThat(places().distrust(working)).isNull();
    environment.remove("ARGYLE_CONFIG");
    Path elsewhere = make("system/etc/argyle/argyle.yaml");
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-r--rw-"));
    assertThat(places().distrust(elsewhere)).isNull();
  }

  @Test
  void aFileOfAnotherUserInTheWorkingDirectoryMustBeNamed() throws IOException {
    Path working = make("work/argyle.yaml");
    DefaultPlaces others =
        new DefaultPlaces(environment, folder.resolve("work"), folder, SELF == 0 ? 0 : SELF + 1);
    if (SELF == 0) {
      Files.setAttribute(working, "unix:uid", 4711);
    }
    assertThat(others.distrust(working)).startsWith("belongs to user ").endsWith("with -c");
  }

  @Test
  void theStateOfAServiceIsTheFirstDirectoryThatItIsGiven() {
    assertThat(places().stateOfService()).isNull();
    environment.put("STATE_DIRECTORY", "/var/lib/argyle:/var/lib/other");
    assertThat(places().stateOfService()).isEqualTo(Path.of("/var/lib/argyle"));
  }
}
