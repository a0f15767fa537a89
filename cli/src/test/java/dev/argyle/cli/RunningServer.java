package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.client.manage.BottlerClient;
import dev.argyle.client.manage.FeedClient;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.MassClient;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import picocli.CommandLine;

/** A server's process, with every door that needs no SCTP, each on a port of its own. */
final class RunningServer implements AutoCloseable {

  /** bcrypt of "secret". */
  static final String HASH = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

  private static final Duration START = Duration.ofSeconds(60);
  private static final String CONFIGURATION =
      """
      socks:
        listen: ["127.0.0.1:0"]
        authentication: [password, none]
        penalties: { enabled: false }
      management:
        mass: { listen: "127.0.0.1:0", counters: %s }
        feed: { listen: null, tcp: "127.0.0.1:0" }
        bottler: { listen: "127.0.0.1:0" }
        http: { listen: "127.0.0.1:0" }
      accounts: { max-users: 5000 }
      """;

  private final Path directory;
  private final Process process;

  private RunningServer(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param importedUsers NAME:PHC-STRING lines
   * @param counters network or little-endian
   */
  static RunningServer start(Path directory, String importedUsers, String counters)
      throws Exception {
    if (!importedUsers.isEmpty()) {
      ByteArrayInputStream lines =
          new ByteArrayInputStream(importedUsers.getBytes(StandardCharsets.ISO_8859_1));
      assertThat(
              new CommandLine(new UsersCommand(lines, new ByteArrayOutputStream()))
                  .execute("import", "--data", directory.resolve("data").toString()))
          .isZero();
    }
    return start(directory, CONFIGURATION.formatted(counters), List.of());
  }

  /**
   * Starts it.
   *
   * @param configuration its file's text
   * @param arguments more of {@code serve}
   */
  static RunningServer start(Path directory, String configuration, List<String> arguments)
      throws Exception {
    Process process = process(directory, configuration, arguments);
    RunningServer server = new RunningServer(directory, process);
    Path endpoints = server.data().resolve("endpoints.json");
    Awaitility.await().atMost(START).until(() -> Files.exists(endpoints) || !process.isAlive());
    assertThat(endpoints).as("what the server said: %s", server.said()).exists();
    return server;
  }

  /** One that has just begun to start, or to refuse to; what it says is in output.log. */
  static Process process(Path directory, String configuration, List<String> arguments)
      throws IOException {
    Path file = Files.writeString(directory.resolve("argyle.yaml"), configuration);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.argyle.cli.Main",
                "serve",
                "-c",
                file.toString(),
                "--data",
                directory.resolve("data").toString()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output.log").toFile())
        .start();
  }

  long pid() {
    return process.pid();
  }

  String said() throws IOException {
    return Files.readString(directory.resolve("output.log"));
  }

  Path data() {
    return directory.resolve("data");
  }

  /** Where a door listens, by its name in endpoints.json. */
  InetSocketAddress address(String door) throws IOException {
    Matcher found =
        Pattern.compile("\"" + door + "\":\\[?\"([^\"]+):(\\d+)\"")
            .matcher(Files.readString(data().resolve("endpoints.json")));
    assertThat(found.find()).as(door).isTrue();
    return new InetSocketAddress(found.group(1), Integer.parseInt(found.group(2)));
  }

  AdminSecret secret() throws Exception {
    return Objects.requireNonNull(AdminSecret.read(data()));
  }

  UserName administrator() throws Exception {
    return UserName.of(secret().username());
  }

  Password password() throws Exception {
    return new Password(secret().password().getBytes(StandardCharsets.US_ASCII));
  }

  MassClient.Builder mass() throws Exception {
    return MassClient.at(address("mass")).login(administrator(), password()).timeout(START);
  }

  FeedClient feed() throws Exception {
    return feedBuilder().login(administrator(), password()).connect();
  }

  FeedClient.Builder feedBuilder() throws Exception {
    return FeedClient.at(address("feedTcp")).overTcp().timeout(START);
  }

  BottlerClient bottler() throws Exception {
    return BottlerClient.at(address("bottler"), BottlerToken.ofHex(secret().bottlerToken()))
        .timeout(START)
        .resendAfter(Duration.ofSeconds(5))
        .build();
  }

  /** SIGKILL: nobody says goodbye, and endpoints.json stays. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** For messages of a test that waits for something. */
  interface Told {
    boolean isTrue() throws ManagementException;
  }

  static void eventually(Told told) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(told::isTrue);
  }

  static List<UserName> names(String... names) {
    return java.util.Arrays.stream(names).map(UserName::of).toList();
  }

  @Override
  public void close() throws Exception {
    process.destroy();
    if (!process.waitFor(Duration.ofSeconds(15))) {
      process.destroyForcibly().waitFor();
    }
  }
}
