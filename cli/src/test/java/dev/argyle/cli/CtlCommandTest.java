package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.argyle.cli.door.Operation;
import dev.argyle.cli.door.Protocol;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.manage.door.DoorListener;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code argyle ctl} in this process, against a real server and against none. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("program")
class CtlCommandTest {

  @SuppressWarnings("NullAway.Init") // before all
  private RunningServer server;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    server = RunningServer.start(directory, "ana:" + RunningServer.HASH + "\n", "network");
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  private static Said ctl(String... arguments) {
    return Said.by(Stream.concat(Stream.of("ctl"), Stream.of(arguments)).toArray(String[]::new));
  }

  private Said here(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--data", server.data().toString()));
    all.addAll(List.of(arguments));
    return ctl(all.toArray(String[]::new));
  }

  /** A command line for every operation; those that change something set what is there already. */
  private static List<String> commandFor(Operation operation) {
    return switch (operation) {
      case ADD_USER -> List.of("user", "add", "ana", "--password-file", "PASSWORD");
      case REMOVE_USER -> List.of("user", "remove", "nobody");
      case RENAME_USER -> List.of("user", "rename", "nobody", "somebody");
      case SET_PASSWORD -> List.of("user", "password", "ana", "--password-file", "PASSWORD");
      case LAST_CONNECTION -> List.of("user", "last-connection", "ana");
      case ENABLE_USER -> List.of("user", "enable", "ana");
      case SHOW_USER -> List.of("user", "show", "ana");
      case SET_ATTRIBUTES -> List.of("user", "set", "ana", "connections=5");
      case SEARCH_HISTORY -> List.of("history", "--user", "ana");
      case FORGIVE -> List.of("penalties", "--forgive", "192.0.2.1");
      case KILL -> List.of("kill", "1");
      case SET_TIMEOUT -> List.of("timeout", "1h");
      case SET_SELECTOR_TIMEOUT -> List.of("selector-timeout", "1s");
      case SET_BUFFER_SIZE -> List.of("buffer-size", "64KiB");
      case SWITCH_DISSECTORS -> List.of("dissectors", "off");
      case SWITCH_AUTHENTICATION -> List.of("authentication", "on");
      case STATUS,
          INDEXES,
          USERS,
          CONNECTIONS,
          HISTORY,
          MALFORMED,
          METRICS,
          TIMEOUT,
          SELECTOR_TIMEOUT,
          BUFFER_SIZE,
          DISSECTORS,
          AUTHENTICATION,
          START,
          STOP,
          RESET,
          DRAIN,
          PENALTIES ->
          List.of(operation.words());
    };
  }

  static Stream<Arguments> everyOperationOfEveryProtocol() {
    return Stream.of(Protocol.values())
        .flatMap(
            protocol ->
                Stream.of(Operation.values()).map(operation -> Arguments.of(protocol, operation)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("everyOperationOfEveryProtocol")
  void aProtocolDoesWhatItsTableSaysAndIsRefusedByNameWhatItDoesNot(
      Protocol protocol, Operation operation) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "secret\n");
    List<String> arguments = new ArrayList<>(List.of("--via", protocol.word()));
    for (String word : commandFor(operation)) {
      arguments.add(word.equals("PASSWORD") ? password.toString() : word);
    }
    Said said = here(arguments.toArray(String[]::new));
    if (protocol.operations().contains(operation)) {
      assertThat(said.err()).doesNotContain("bug").doesNotContain("has no \"");
      assertThat(said.exitCode()).isLessThan(2);
      assertThat(said.exitCode() == 0 ? said.out() : said.err()).isNotBlank();
    } else {
      assertThat(said.exitCode()).isEqualTo(2);
      assertThat(said.err())
          .startsWith("argyle: --via " + protocol.word() + ": " + protocol.word() + " has no \"")
          .contains("has")
          .hasLineCount(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "--via bottler status |"
            + " {\"running\":\\w+,\"openConnections\":\\d+,\"timeoutSeconds\":\\d+,\"bufferOctets\":65536,\"authentication\":\\w+,\"dissectors\":\\w+}",
        "status |"
            + " {\"running\":\\w+,\"openConnections\":\\d+,\"timeoutSeconds\":\\d+,\"bufferOctets\":65536,\"authentication\":\\w+,\"dissectors\":\\w+,\"version\":\".*\",\"uptimeSeconds\":\\d+,\"draining\":false,\"octetsUpPerSecond\":0,\"octetsDownPerSecond\":0,\"usersConnected\":0,\"refused\":\\d+,\"bugs\":0,\"warnings\":\\[.*\\]}",
        "indexes         | {\"indexes\":\\[{\"index\":0,\"name\":\"indexes\"},.*\\]}",
        "users           |"
            + " {\"users\":\\[\"admin\",\"ana\"\\],\"complete\":true,\"temporary\":\\[\\]}",
        "--via feed users | {\"users\":\\[\"admin\",\"ana\"\\],\"complete\":true}",
        "user last-connection ana | {\"name\":\"ana\",\"lastConnection\":null}",
        "connections     | {\"connections\":\\[\\]}",
        "--via feed history | {\"connections\":\\[\\],\"total\":0}",
        "history         | {\"connections\":\\[\\]}",
        "malformed       | {\"malformed\":\\[\\]}",
        "penalties       | {\"penalties\":\\[\\]}",
        "--via feed metrics |"
            + " {\"openConnections\":0,\"mostOpenConnections\":0,\"acceptedConnections\":0,\"octetsUp\":0,\"octetsDown\":0,\"octets\":0,\"usersConnected\":0,\"users\":2}",
        "metrics |"
            + " {\"openConnections\":0,\"mostOpenConnections\":0,\"acceptedConnections\":0,\"authenticationAttempts\":0,\"connectionAttempts\":0,\"octetsUp\":0,\"octetsDown\":0,\"octets\":0,\"averageReadOctets\":0,\"averageWriteOctets\":0,\"usersConnected\":0,\"users\":2,\"refused\":0}",
        "timeout         | {\"timeoutSeconds\":3600}",
        "timeout 1h      | {\"command\":\"timeout\",\"result\":\"done\"}",
        "selector-timeout | {\"selectorTimeoutMillis\":1000}",
        "buffer-size     | {\"bufferOctets\":65536}",
        "dissectors      | {\"dissectors\":\\w+}",
        "authentication  | {\"authentication\":\\w+}",
        "start           | {\"command\":\"start\",\"result\":\"done\"}",
      })
  void keysForScriptsAreWhatTheManualSays(String command, String pattern) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("-o", "json"));
    Said said = here(arguments.toArray(String[]::new));
    assertThat(said.err()).isEmpty();
    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).matches(pattern.replace("{", "\\{").replace("}", "\\}") + "\\R");
  }

  @Test
  void changesOutOfTheirRangeSayTheRange() {
    assertThat(here("timeout", "25h").err())
        .isEqualTo("argyle: timeout: out of range; it must be 0 (never) to 1d, in whole seconds\n");
    assertThat(here("timeout", "500ms").err()).contains("whole seconds only");
    assertThat(here("timeout", "999999999999d").exitCode()).isEqualTo(1);
    assertThat(here("timeout", "999999999999d").err())
        .startsWith("argyle: timeout: ")
        .contains("24h");
    assertThat(here("selector-timeout", "9ms").err()).contains("10ms to 1m");
    assertThat(here("selector-timeout", "2d").err()).contains("10ms to 1m");
    assertThat(here("buffer-size", "4095").err()).contains("4KiB to 1MiB");
    assertThat(here("buffer-size", "999999GiB").err()).contains("4KiB to 1MiB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--via telnet users      | --via: must be mass, feed, bottler or http, not telnet",
        "-o xml users            | -o: must be table or json, not xml",
        "history --from soon     | --from soon: is no time",
        "history --min-size big  | --min-size: \"big\" is not a size",
        "connections --follow --watch | --follow, --watch: give only one of them",
        "dissectors maybe        | dissectors: must be on or off, not maybe",
        "timeout soon            | \"soon\" is not a duration",
        "buffer-size big         | \"big\" is not a size",
        "user remove n\u00E4me   | NAME: a user name in a request is ASCII",
        "user                    | user: COMMAND is missing",
        "user add                | NAME: is missing",
        "user add eva            | no terminal",
        "usres                   | did you mean reset or user or users",
        "history --limit -1      | --limit: must be 0 or more",
        "kill one                | ID: must be a whole number, not one",
        "kill 9223372036854775808 | ID: is too large: 9223372036854775808",
        "history --port http     | --port: must be a whole number, not http",
        "status --watch=5        | --watch: takes no value",
        "penalties --forgive ana | --forgive: must be an IPv4 address, or an IPv6 address or its /64,"
            + " not ana",
        "penalties --forgive 192.0.2.0/24 | not 192.0.2.0/24",
        "--server localhost:1 users | --data, --server: give only one of them",
        "--token-file x users    | --token-file: only valid with --server",
        "--ca x users            | --ca: only valid with --server",
        "--feed-tcp users        | --feed-tcp: only valid with --server",
        "--password-file gone users | --password-file: gone does not exist",
      })
  void wrongUsageIsSaid(String arguments, String words) {
    Said said = here(arguments.split(" +"));
    assertThat(said.err()).contains(words);
    assertThat(said.exitCode()).isEqualTo(2);
  }

  @Test
  void whatOnlyHttpHasNeedsThatDoor() throws Exception {
    Files.writeString(
        folder.resolve("endpoints.json"),
        "{\"pid\":1,\"mass\":\"127.0.0.1:1\",\"bottler\":null,\"http\":null}");
    for (String command : List.of("kill 1", "malformed", "penalties", "user enable ana", "drain")) {
      List<String> arguments = new ArrayList<>(List.of("--data", folder.toString()));
      arguments.addAll(List.of(command.split(" ")));
      Said said = ctl(arguments.toArray(String[]::new));
      assertThat(said.exitCode()).isEqualTo(1);
      assertThat(said.err())
          .contains(
              ": http has it, and the server does not listen for it; set management.http.listen");
    }
  }

  @Test
  void aServerIsReachedByItsAddressToo() throws Exception {
    Path password = Files.writeString(folder.resolve("admin"), server.secret().password());
    Path token = Files.writeString(folder.resolve("token"), server.secret().bottlerToken() + "\n");
    String mass = "127.0.0.1:" + server.address("mass").getPort();
    String feed = "127.0.0.1:" + server.address("feedTcp").getPort();
    String bottler = "127.0.0.1:" + server.address("bottler").getPort();
    String file = password.toString();
    assertThat(ctl("--via", "mass", "--server", mass, "--password-file", file, "users").out())
        .isEqualTo("NAME\nadmin\nana\n");
    assertThat(
            ctl("--via", "feed", "--feed-tcp", "--server", feed, "--password-file", file, "users")
                .out())
        .isEqualTo("NAME\nadmin\nana\n");
    assertThat(ctl("--server", bottler, "--token-file", token.toString(), "users").out())
        .isEqualTo("NAME\nadmin\nana\n");
    Said wrong = ctl("--via", "mass", "--server", bottler, "--password-file", file, "users");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("--via says which protocol listens there");
    assertThat(ctl("--server", mass, "--password-file", file, "status").err())
        .contains("HTTP server " + mass, "does not speak HTTP", "--via says which");
  }

  @Test
  void wrongPasswordIsSaid() throws Exception {
    Path wrong = Files.writeString(folder.resolve("wrong"), "wrong\n");
    for (String via : List.of("http", "mass", "feed")) {
      Said said = here("--via", via, "--password-file", wrong.toString(), "users");
      assertThat(said.exitCode()).isEqualTo(1);
      assertThat(said.err()).contains("log in: name or password is wrong").doesNotContain("secret");
    }
  }

  @Test
  void noServerIsSaidWithWhatToDo() {
    Said said = ctl("--data", folder.resolve("none").toString(), "users");
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).contains("endpoints.json: does not exist", "argyle serve --data");
  }

  @Test
  void endpointsOfAServerThatIsGoneAreSaidToBeThat() throws Exception {
    Path data = Files.createDirectory(folder.resolve("stale"));
    Files.copy(server.data().resolve("admin.secret"), data.resolve("admin.secret"));
    long pid = 4_194_304; // above the greatest that Linux gives
    try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        DatagramSocket udp = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      String closed = "127.0.0.1:" + tcp.getLocalPort();
      String closedUdp = "127.0.0.1:" + udp.getLocalPort();
      tcp.close();
      udp.close();
      Files.writeString(
          data.resolve("endpoints.json"),
          """
          {"pid":%d,"socks":["127.0.0.1:1"],"mass":"%s","feed":null,"feedTcp":"%s",\
          "bottler":"%s","http":"%s"}
          """
              .formatted(pid, closed, closed, closedUdp, closed));
    }
    for (String via : List.of("http", "mass", "feed", "bottler")) {
      Said said = ctl("--data", data.toString(), "--via", via, "users");
      assertThat(said.exitCode()).isEqualTo(1);
      assertThat(said.err())
          .contains("was left behind by a server that no longer runs (process " + pid + ")")
          .contains("argyle serve --data " + data);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"[]|is not a JSON object", "{\"mass\":|is not JSON", "{\"mass\":\"x\"}|has no port"})
  void endpointsThatAreNoneAreSaid(String text, String words) throws Exception {
    Files.writeString(folder.resolve("endpoints.json"), text);
    Said said = ctl("--data", folder.toString(), "users");
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).contains("endpoints.json: ", words);
  }

  @Test
  void whatDoesNotListenIsSaid() throws Exception {
    Files.writeString(
        folder.resolve("endpoints.json"),
        "{\"pid\":1,\"mass\":\"127.0.0.1:1\",\"feed\":null,\"feedTcp\":null,\"bottler\":null}");
    String data = folder.toString();
    assertThat(ctl("--data", data, "--via", "feed", "users").err())
        .contains("--via feed: the server does not listen for it", "management.feed.tcp", "mass");
    assertThat(ctl("--data", data, "timeout").err())
        .contains(
            "timeout: http, feed and bottler have it, and the server does not listen for any");
    assertThat(ctl("--data", data, "users").err()).contains("admin.secret: does not exist");
  }

  @Test
  void whereTheKernelHasNoSctpItIsSaidAndAnotherDoorIsTaken() throws Exception {
    assumeTrue(DoorListener.sctpMissing() != null, "this system has SCTP");
    Files.copy(server.data().resolve("admin.secret"), folder.resolve("admin.secret"));
    Files.writeString(
        folder.resolve("endpoints.json"),
        "{\"pid\":1,\"mass\":\"127.0.0.1:%d\",\"feed\":\"127.0.0.1:1\",\"feedTcp\":null}"
            .formatted(server.address("mass").getPort()));
    String data = folder.toString();
    try (DataDirectory _ = DataDirectory.hold(folder)) { // as if the server's directory were this
      Said refused = ctl("--data", data, "--via", "feed", "users");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains("FEED (SCTP)", "no SCTP", "modprobe sctp", "libsctp1");
      assertThat(ctl("--data", data, "users").out()).isEqualTo("NAME\nadmin\nana\n");
    }
  }

  @Test
  void whoTookThePortsOfAKilledServerGetsNoOctet() throws Exception {
    Path data = Files.createDirectory(folder.resolve("killed"));
    Files.copy(server.data().resolve("admin.secret"), data.resolve("admin.secret"));
    Files.createFile(data.resolve("lock")); // which the kernel has released
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (ServerSocket tcp = new ServerSocket(0, 5, here);
        DatagramSocket udp = new DatagramSocket(0, here)) {
      String taken = "127.0.0.1:" + tcp.getLocalPort();
      Files.writeString(
          data.resolve("endpoints.json"),
          "{\"pid\":%d,\"mass\":\"%s\",\"feed\":null,\"feedTcp\":\"%s\",\"bottler\":\"127.0.0.1:%d\",\"http\":\"%s\"}"
              .formatted(ProcessHandle.current().pid(), taken, taken, udp.getLocalPort(), taken));
      Path password = Files.writeString(folder.resolve("of-admin"), "secret\n");
      for (String via : List.of("http", "mass", "feed", "bottler")) {
        for (List<String> login :
            List.of(List.<String>of(), List.of("--password-file", password.toString()))) {
          List<String> arguments = new ArrayList<>(List.of("--data", data.toString()));
          arguments.addAll(login);
          arguments.addAll(List.of("--via", via, "users"));
          Said said = ctl(arguments.toArray(String[]::new));
          assertThat(said.exitCode()).isEqualTo(1);
          assertThat(said.err()).contains("was left behind by a server that no longer runs");
        }
      }
      tcp.setSoTimeout(1);
      udp.setSoTimeout(1);
      assertThatThrownBy(tcp::accept).isInstanceOf(SocketTimeoutException.class);
      assertThatThrownBy(() -> udp.receive(new DatagramPacket(new byte[1], 1)))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }
}
