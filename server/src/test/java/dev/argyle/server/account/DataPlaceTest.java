package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.DefaultPlaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class DataPlaceTest {

  private static final int ROOT = 0;
  private static final int ANA = 1_000;

  @TempDir private Path folder;

  private DataPlace place(int user, String... variable) {
    Map<String, String> environment =
        variable.length == 0
            ? Map.of("HOME", folder.resolve("home").toString())
            : Map.of("HOME", folder.resolve("home").toString(), variable[0], variable[1]);
    return DataPlace.byDefault(
        new DefaultPlaces(environment, folder.resolve("work"), folder.resolve("system"), user));
  }

  private Path use(String name) throws IOException {
    Path data = Files.createDirectories(folder.resolve(name));
    Files.writeString(data.resolve(AccountBook.FILE), "");
    return data;
  }

  @Test
  void aUsersDataIsBelowTheirHome() {
    assertThat(place(ANA))
        .isEqualTo(new DataPlace(folder.resolve("home/.local/state/argyle"), null));
    assertThat(place(ANA, "XDG_STATE_HOME", "/state"))
        .isEqualTo(new DataPlace(Path.of("/state/argyle"), null));
  }

  @Test
  void dataThatIsInTheOldPlaceGoesOnBeingUsedInWords() throws IOException {
    Path here = use("work/data");
    DataPlace place = place(ANA);
    assertThat(place.path()).isEqualTo(here);
    assertThat(place.words()).contains("the default is", ".local/state/argyle", "--data");
    use("home/.local/state/argyle");
    assertThat(place(ANA).path()).isEqualTo(here);
    assertThat(place(ANA).words()).contains("there is data in both");
  }

  @Test
  void rootHasThatOfTheServiceIfThereIsOneAndElseThatOfTheWorkingDirectory() throws IOException {
    assertThat(place(ROOT)).isEqualTo(new DataPlace(folder.resolve("work/data"), null));
    Path service = use("system/var/lib/argyle");
    assertThat(place(ROOT)).isEqualTo(new DataPlace(service, null));
    use("work/data");
    assertThat(place(ROOT).path()).isEqualTo(folder.resolve("work/data"));
    assertThat(place(ROOT).words()).contains("there is data in both");
  }

  @Test
  void aServiceHasWhatSystemdGivesIt() throws IOException {
    use("work/data");
    assertThat(place(ANA, "STATE_DIRECTORY", "/var/lib/argyle:/var/lib/more"))
        .isEqualTo(new DataPlace(Path.of("/var/lib/argyle"), null));
  }
}
