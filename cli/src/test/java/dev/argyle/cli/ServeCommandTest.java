package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.Launch;
import dev.argyle.server.account.DataPlace;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.DefaultPlaces;
import dev.argyle.server.config.Overrides;
import dev.argyle.wire.socks.Method;
import java.nio.file.Path;
import java.util.List;
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
    assertThat(launch.source().file()).isEqualTo(DefaultPlaces.ofThisProcess().configuration());
    assertThat(launch.source().overrides()).isEqualTo(Overrides.NONE);
    assertThat(launch.data()).isEqualTo(DataPlace.byDefault(DefaultPlaces.ofThisProcess()).path());
    assertThat(launch.users()).isEmpty();
  }

  @Test
  void everyShortOptionHasALongOneThatDoesTheSame() {
    ServeCommand serve = new ServeCommand();
    for (var option : serve.spec().options()) {
      assertThat(option.names()).as("%s", option).anyMatch(name -> name.startsWith("--"));
    }
    assertThat(
            launch(
                "--config=a.yaml",
                "--data=d",
                "--listen=::1",
                "--port=0",
                "--management-listen=127.0.0.2",
                "--management-port=65535",
                "--no-dissectors",
                "--user=ana:one",
                "--authentication=password"))
        .isEqualTo(
            new Launch(
                new ConfigurationSource(
                    Path.of("a.yaml"),
                    new Overrides("::1", 0, "127.0.0.2", 65_535, true, List.of(Method.PASSWORD))),
                Path.of("d"),
                null,
                List.of(new Launch.User("ana", "one"))));
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
