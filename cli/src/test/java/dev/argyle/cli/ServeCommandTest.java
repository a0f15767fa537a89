package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.Launch;
import dev.argyle.server.config.Overrides;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@Tag("program")
class ServeCommandTest {

  private static Launch launch(String... arguments) {
    ServeCommand serve = new ServeCommand();
    new CommandLine(serve.spec()).parseArgs(arguments);
    return serve.launch();
  }

  @Test
  void withoutOptionsNothingIsOverridden() {
    Launch launch = launch();
    assertThat(launch.source().file()).isNull();
    assertThat(launch.source().overrides()).isEqualTo(Overrides.NONE);
    assertThat(launch.data()).isEqualTo(Path.of("./data"));
    assertThat(launch.users()).isEmpty();
  }

  @Test
  void everyOptionReachesTheServer() {
    Launch launch =
        launch(
            "-c",
            "a.yaml",
            "--data",
            "d",
            "-l",
            "::1",
            "-p",
            "0",
            "-L",
            "127.0.0.2",
            "-P",
            "65535",
            "-N",
            "-u",
            "ana:one:two",
            "-u",
            "n".repeat(255) + ":\u00fc");
    assertThat(launch.source().file()).isEqualTo(Path.of("a.yaml"));
    assertThat(launch.source().overrides())
        .isEqualTo(new Overrides("::1", 0, "127.0.0.2", 65_535, true));
    assertThat(launch.data()).isEqualTo(Path.of("d"));
    assertThat(launch.users())
        .containsExactly(
            new Launch.User("ana", "one:two"), new Launch.User("n".repeat(255), "\u00fc"));
  }
}
