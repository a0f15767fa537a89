import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the AOT cache (JEP 483, 514, 515): starts the server, which records the classes it links
 * and the profiles of its methods, carries real traffic through it, and ends it; the JVM then
 * writes the cache. Never fails the build: without a cache the server starts more slowly, that is
 * all. A release has it as {@code lib/argyle-training.jar}, for the launcher where the cache that
 * came with it does not fit.
 */
final class Training {

  private static final Duration TRAFFIC = Duration.ofSeconds(Long.getLong("argyle.training", 8));
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration WRITING = Duration.ofSeconds(120);
  private static final String NAME = "trainee";
  private static final String PASSWORD = "in-Training-1";

  /** Short connections at a time; enough to keep the event loops busy. */
  private static final int SHORT_CONNECTIONS = 16;

  private static final List<String> PAGES =
      List.of(
          "/", "/main.js", "/api/v1/status", "/api/v1/connections", "/api/v1/users", "/api/v1/rules",
          "/api/v1/settings", "/api/v1/history", "/api/v1/changes", "/metrics", "/api/v1/none");

  private static final int BULK_TUNNELS = 2;
  private static final int BLOCK_OCTETS = 64 * 1024;

  private final Path cache;
  private final Path launcher;
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong octets = new AtomicLong();
  private volatile boolean running = true;
  private int socksPort;
  private int echoPort;
  private int closedPort;
  private int httpPort;
  private String administrator = "";

  Training(Path cache, Path launcher) {
    this.cache = cache;
    this.launcher = launcher;
  }

  /** Trains for the cache, a file that is made, with the launcher; fails if none was made. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path cache = Path.of(arguments[0]);
    new Training(cache, Path.of(arguments[1])).run();
    System.exit(Files.exists(cache) ? 0 : 1);
  }

  /** Trains; says what happened on standard output. */
  void run() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("argyle-training-");
    try {
      if (!serve(directory)) {
        System.out.println(
            "AOT cache: no server to train with; trained with the command line only");
        end(start(directory, List.of("-v")));
      }
      System.out.println(
          Files.exists(cache)
              ? "AOT cache: "
                  + Files.size(cache) / 1024
                  + " KiB, "
                  + connections
                  + " connections, "
                  + octets.get() / 1_000_000
                  + " MB"
              : "AOT cache: this JDK created none; the server starts more slowly");
    } finally {
      remove(directory);
      Files.deleteIfExists(cache.resolveSibling(cache.getFileName() + ".config"));
    }
  }

  private boolean serve(Path directory) throws IOException, InterruptedException {
    try (NameServer names = NameServer.open()) {
      return serve(directory, names.port());
    }
  }

  private boolean serve(Path directory, int namesPort) throws IOException, InterruptedException {
    Path configuration = directory.resolve("argyle.yaml");
    Files.writeString(
        configuration,
        """
        socks:
          listen: ["127.0.0.1:0"]
          authentication: [password, none]
          penalties: { enabled: false }
        management:
          mass: { listen: "127.0.0.1:0" }
          feed: { listen: "127.0.0.1:0", tcp: "127.0.0.1:0" }
          bottler: { listen: "127.0.0.1:0" }
          http: { listen: "127.0.0.1:0" }
        dns: { servers: ["127.0.0.1:%d"] }
        log: { access: "%s" }
        """
            .formatted(namesPort, directory.resolve("access.log")));
    Path data = directory.resolve("data");
    Process server =
        start(
            directory,
            List.of(
                "serve", // the configuration is found in the working directory, as most are
                "--data",
                data.toString(),
                "-u",
                NAME + ":" + PASSWORD));
    try {
      if (!ready(server, data)) {
        return false;
      }
      traffic();
      return true;
    } finally {
      end(server);
    }
  }

  private Process start(Path directory, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.remove("ARGYLE_CONFIG");
    environment.put("ARGYLE_AOT_OUTPUT", cache.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.remove("ARGYLE_JAVA_OPTS");
    environment.remove("JAVA_TOOL_OPTIONS");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("output").toFile()));
    return builder.start();
  }

  private static void end(Process process) throws InterruptedException {
    process.destroy(); // SIGTERM
    if (!process.waitFor(WRITING.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private boolean ready(Process server, Path data) throws IOException, InterruptedException {
    Path endpoints = data.resolve("endpoints.json");
    long deadline = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < deadline && server.isAlive()) {
      if (Files.exists(endpoints)) {
        String listening = Files.readString(endpoints);
        socksPort = Integer.parseInt(field(listening, "\"socks\":\\s*\\[\\s*\"[^\"]*:(\\d+)\""));
        httpPort = Integer.parseInt(field(listening, "\"http\":\\s*\"[^\"]*:(\\d+)\""));
        String secret = Files.readString(data.resolve("admin.secret"));
        String login = "admin:" + field(secret, "\"password\":\\s*\"([^\"]+)\"");
        administrator = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.US_ASCII));
        return true;
      }
      Thread.sleep(20);
    }
    return false;
  }

  private static String field(String json, String pattern) throws IOException {
    Matcher found = Pattern.compile(pattern).matcher(json);
    if (!found.find()) {
      throw new IOException("no " + pattern + " in what the server wrote");
    }
    return found.group(1);
  }

  private void traffic() throws IOException, InterruptedException {
    InetAddress here = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    try (ServerSocket echo = new ServerSocket(0, 512, here)) {
      try (ServerSocket closed = new ServerSocket(0, 1, here)) {
        closedPort = closed.getLocalPort();
      }
      echoPort = echo.getLocalPort();
      Thread.ofVirtual().start(() -> accept(echo));
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < SHORT_CONNECTIONS; i++) {
        int number = i;
        clients.add(Thread.ofVirtual().start(() -> repeat(turn -> shortConnection(number + turn))));
      }
      clients.add(Thread.ofVirtual().start(() -> repeat(turn -> roundTrips(1_000))));
      for (int i = 0; i < BULK_TUNNELS; i++) {
        clients.add(Thread.ofVirtual().start(() -> repeat(turn -> bulk(64))));
      }
      clients.add(Thread.ofVirtual().start(() -> repeat(turn -> pages())));
      clients.add(Thread.ofVirtual().start(() -> repeat(turn -> events())));
      Thread.sleep(TRAFFIC);
      running = false;
      for (Thread client : clients) {
        client.join(Duration.ofSeconds(5));
      }
    }
  }

  private interface Exercise {
    void run(int turn) throws IOException;
  }

  private void repeat(Exercise exercise) {
    for (int turn = 0; running; turn++) {
      try {
        exercise.run(turn);
      } catch (IOException tryAgain) {
        Thread.onSpinWait(); // what is refused on purpose ends here too
      }
    }
  }

  private static void accept(ServerSocket echo) {
    while (true) {
      try {
        Socket socket = echo.accept();
        Thread.ofVirtual().start(() -> echo(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void echo(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException gone) {
      // the client's part tells
    }
  }

  /**
   * One in sixteen is refused, one in sixteen has a wrong password, half go by name, half of them
   * by DNS.
   */
  private void shortConnection(int turn) throws IOException {
    int kind = turn & 15;
    try (Socket socket = connect()) {
      SocksClient.login(socket, kind % 2 == 0 ? NAME : null, kind == 4 ? "wrong" : PASSWORD);
      SocksClient.ask(socket, name(kind, turn), kind == 9 ? closedPort : echoPort);
      byte[] data = new byte[64];
      exchange(socket, data);
      if (kind >= 8) {
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      } else {
        socket.setSoLinger(true, 0);
      }
    }
  }

  private static String name(int kind, int turn) {
    return switch (kind % 4) {
      case 0 -> "localhost";
      case 1 -> NameServer.KINDS[turn / 16 % NameServer.KINDS.length] + turn + ".test";
      default -> null;
    };
  }

  private void roundTrips(int count) throws IOException {
    try (Socket socket = connect()) {
      SocksClient.login(socket, NAME, PASSWORD);
      SocksClient.ask(socket, null, echoPort);
      byte[] data = new byte[64];
      for (int i = 0; i < count && running; i++) {
        exchange(socket, data);
      }
    }
  }

  private void bulk(int blocks) throws IOException {
    try (Socket socket = connect()) {
      SocksClient.login(socket, NAME, PASSWORD);
      SocksClient.ask(socket, null, echoPort);
      Thread writer = Thread.ofVirtual().start(() -> write(socket, blocks));
      octets.addAndGet(socket.getInputStream().transferTo(OutputStream.nullOutputStream()));
      writer.join(Duration.ofSeconds(5));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private static void write(Socket socket, int blocks) {
    try {
      byte[] block = new byte[BLOCK_OCTETS];
      for (int i = 0; i < blocks; i++) {
        socket.getOutputStream().write(block);
      }
      socket.shutdownOutput();
    } catch (IOException gone) {
      // the reader notices
    }
  }

  /** What a browser and a monitor ask first. Once a second: the relay is what the profiles are for. */
  private void pages() throws IOException {
    for (String path : PAGES) {
      try (Socket socket = connect(httpPort)) {
        get(socket, path, "Connection: close\r\n");
        socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      }
    }
    pause();
  }

  private void events() throws IOException {
    try (Socket socket = connect(httpPort)) {
      get(socket, "/api/v1/events", "");
      while (running && socket.getInputStream().read() >= 0) {
        octets.incrementAndGet();
      }
    }
    pause();
  }

  private void get(Socket socket, String path, String more) throws IOException {
    String request =
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Basic %s\r\n%s\r\n"
            .formatted(path, httpPort, administrator, more);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
  }

  private static void pause() {
    try {
      Thread.sleep(1_000);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private Socket connect() throws IOException {
    return connect(socksPort);
  }

  private Socket connect(int port) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    connections.incrementAndGet();
    return socket;
  }

  private void exchange(Socket socket, byte[] data) throws IOException {
    socket.getOutputStream().write(data);
    new DataInputStream(socket.getInputStream()).readFully(data);
    octets.addAndGet(data.length);
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
