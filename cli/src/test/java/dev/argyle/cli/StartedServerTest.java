package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.client.manage.BottlerClient;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.bottler.BottlerToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a server's process does at its start and at a reload, which no part of it shows alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("program")
class StartedServerTest {

  private static final String CONFIGURATION =
      """
      socks: { listen: ["127.0.0.1:0"], authentication: [password], penalties: { enabled: false } }
      management:
        mass: { listen: "0.0.0.0:0", anonymous: true }
        feed: { listen: null }
        bottler: { listen: "127.0.0.1:0" }
        http: { listen: "127.0.0.1:0" }
      """;

  private Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init") // before all
  private RunningServer server;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    directory = folder;
    server = RunningServer.start(folder, CONFIGURATION, List.of("-u", "zoe:some-Password-1"));
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  private String ctl(String... arguments) {
    List<String> all = new ArrayList<>(List.of("ctl", "--data", server.data().toString()));
    all.addAll(List.of(arguments));
    Said said = Said.by(all.toArray(String[]::new));
    assertThat(said.err()).isEmpty();
    assertThat(said.exitCode()).isZero();
    return said.out();
  }

  @Test
  void doorsThatAreOpenToOthersAreWarnedOfAtTheStartAndByCheck() throws Exception {
    Said check = Said.by("check", "-c", directory.resolve("argyle.yaml").toString());
    assertThat(check.exitCode()).isZero();
    for (String warning :
        List.of(
            "management.mass.listen: other hosts can reach 0.0.0.0:0, which is not encrypted",
            "management.mass.anonymous: whoever can connect to 0.0.0.0:0 may read the names")) {
      assertThat(check.err().lines())
          .anyMatch(line -> line.startsWith("warning: ") && line.contains(warning));
      assertThat(server.said().lines())
          .anyMatch(line -> line.contains(" warn ") && line.contains(warning));
    }
  }

  /** They were listed as if they were there for good. */
  @Test
  void usersOfTheCommandLineAreMarkedAsOfThisRun() {
    assertThat(ctl("users"))
        .containsPattern("(?m)^NAME +NOTE$")
        .containsPattern("(?m)^admin *$")
        .containsPattern("(?m)^zoe +of this run \\(serve -u\\)$");
    assertThat(ctl("users", "-o", "json")).contains("\"temporary\":[\"zoe\"]");
    assertThat(ctl("--via", "bottler", "users")).doesNotContain("NOTE");
    assertThat(ctl("user", "show", "zoe")).contains("of this run (serve -u)");
    assertThat(ctl("user", "show", "zoe", "-o", "json")).contains("\"temporary\":true");
    assertThat(ctl("user", "show", "admin")).doesNotContain("of this run");
    assertThat(ctl("user", "show", "admin", "-o", "json")).contains("\"temporary\":false");
  }

  @Test
  void nameThatIsAnAccountIsRefusedOnTheCommandLine(@TempDir Path other) throws Exception {
    Process process = RunningServer.process(other, CONFIGURATION, List.of("-u", "admin:secret-x"));
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(2);
      assertThat(Files.readString(other.resolve("output.log")))
          .contains(
              "argyle: -u admin: there is an account of this name; choose another name, or remove"
                  + " the account with: argyle users remove admin\n")
          .doesNotContain("secret-x");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void tokenThatWasChangedHoldsFromTheReloadOnAndTheOldOneNoMore() throws Exception {
    BottlerToken old = BottlerToken.ofHex(server.secret().bottlerToken());
    try (BottlerClient before = server.bottler()) {
      assertThat(before.isRunning()).isTrue();
    }
    assertThat(Said.by("users", "token", "--data", server.data().toString()).exitCode()).isZero();
    assertThat(BottlerToken.ofHex(server.secret().bottlerToken())).isNotEqualTo(old);
    Process hangUp = new ProcessBuilder("kill", "-HUP", Long.toString(server.pid())).start();
    assertThat(hangUp.waitFor()).isZero();
    try (BottlerClient after = server.bottler()) { // sends again until it is answered
      assertThat(after.isRunning()).isTrue();
    }
    try (BottlerClient late =
        BottlerClient.at(server.address("bottler"), old).timeout(Duration.ofSeconds(2)).build()) {
      assertThatThrownBy(late::isRunning)
          .isInstanceOfSatisfying(
              ManagementException.class,
              thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.TimedOut.class));
    }
  }

  /** Nothing else would give back what a busy time has made it grow to. */
  @Test
  void heapOfAnIdleServerIsLookedAfter(@TempDir Path folder) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              Path dump = folder.resolve("threads-" + System.nanoTime());
              Process asked =
                  new ProcessBuilder(
                          jcmd.toString(),
                          Long.toString(server.pid()),
                          "Thread.dump_to_file",
                          dump.toString())
                      .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                      .start();
              assertThat(asked.waitFor()).isZero();
              assertThat(Files.readString(dump)).contains("\"idle heap\" virtual");
            });
  }
}
