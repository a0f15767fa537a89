package dev.argyle.client;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A make of server, started as a process on 127.0.0.1 with what the tests need. */
enum Make {
  ARGYLE("argyle") {
    @Override
    Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    Running start(Path directory, boolean password) throws IOException {
      return argyle(directory, "127.0.0.1");
    }
  },

  ARGYLE_IPV6("argyle on ::1") {
    @Override
    Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    Running start(Path directory, boolean password) throws IOException {
      return argyle(directory, "::1");
    }
  },

  DANTE("dante-server") {
    @Override
    Optional<String> missing() {
      return program("danted").isEmpty()
          ? Optional.of("danted is missing (Debian: dante-server)")
          : root();
    }

    private Optional<String> root() {
      return System.getProperty("user.name").equals("root")
          ? Optional.empty()
          : Optional.of("danted is started as root only");
    }

    @Override
    Running start(Path directory, boolean password) throws IOException {
      int port = freePort();
      String configuration =
          """
          errorlog: %1$s/error.log
          internal: 127.0.0.1 port = %2$d
          external: lo
          clientmethod: none
          socksmethod: %3$s
          user.privileged: root
          user.unprivileged: nobody
          client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
          socks pass { from: 0/0 to: 0/0 }
          """
              .formatted(directory, port, password ? "username" : "none");
      Path file = Files.writeString(directory.resolve("danted.conf"), configuration);
      return awaited(
          process(
              directory,
              List.of(
                  program("danted").orElseThrow(),
                  "-f",
                  file.toString(),
                  "-p",
                  directory.resolve("pid").toString())),
          port);
    }
  },

  MICROSOCKS("microsocks") {
    @Override
    Optional<String> missing() {
      return program("microsocks").isPresent()
          ? Optional.empty()
          : Optional.of("microsocks is missing (Debian: microsocks)");
    }

    @Override
    Running start(Path directory, boolean password) throws IOException {
      int port = freePort();
      List<String> plain =
          List.of(
              program("microsocks").orElseThrow(), "-i", "127.0.0.1", "-p", String.valueOf(port));
      List<String> protectedBy = List.of("-u", USER, "-P", PASSWORD);
      List<String> command =
          password ? Stream.concat(plain.stream(), protectedBy.stream()).toList() : plain;
      return awaited(process(directory, command), port);
    }
  };

  static final String USER = "ana";
  static final String PASSWORD = "hard-to-guess";

  private static final Pattern SOCKS_PORT = Pattern.compile("\"socks\":\\[\"[^\"]*:(\\d+)\"");

  private static final Duration START = Duration.ofSeconds(40);

  private final String title;

  Make(String title) {
    this.title = title;
  }

  /** Its column in the manual's table. */
  String title() {
    return title;
  }

  /** Why it cannot be started here, if it cannot. */
  abstract Optional<String> missing();

  /**
   * Starts it and waits until it listens.
   *
   * @param password whether a password is demanded; Argyle takes both ways in
   */
  abstract Running start(Path directory, boolean password) throws IOException;

  /** A server's process. */
  record Running(Process process, InetSocketAddress address) implements AutoCloseable {

    SocksClient.Builder client() {
      return SocksClient.at(address);
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      try {
        if (!process.waitFor(Duration.ofSeconds(5))) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      } catch (InterruptedException interrupted) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Running argyle(Path directory, String host) throws IOException {
    Path data = directory.resolve("data");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classPath = System.getProperty("java.class.path");
    List<String> command =
        List.of(
            java,
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            "dev.argyle.cli.Main",
            "serve",
            "-l",
            host,
            "-p",
            "0",
            "-P",
            "0",
            "--data",
            data.toString(),
            "-u",
            USER + ":" + PASSWORD);
    Process process = process(directory, command);
    Path endpoints = data.resolve("endpoints.json");
    Awaitility.await().atMost(START).until(() -> Files.exists(endpoints) || !process.isAlive());
    Matcher port = SOCKS_PORT.matcher(Files.readString(endpoints));
    if (!port.find()) {
      throw new IOException("no endpoint in " + Files.readString(endpoints));
    }
    return new Running(process, new InetSocketAddress(host, Integer.parseInt(port.group(1))));
  }

  private static Process process(Path directory, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output.log").toFile())
        .start();
  }

  private static Running awaited(Process process, int port) {
    Running running = new Running(process, new InetSocketAddress("127.0.0.1", port));
    Awaitility.await()
        .atMost(START)
        .until(
            () -> {
              try (Socket tried = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                return tried.isConnected();
              } catch (IOException notYet) {
                return false;
              }
            });
    return running;
  }

  /** These servers cannot be asked for a free port. */
  private static int freePort() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return listener.getLocalPort();
    }
  }

  private static Optional<String> program(String name) {
    String folders = System.getenv("PATH") + ":/usr/sbin:/sbin:/usr/local/sbin";
    return Stream.of(folders.split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }
}
