package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code socks.keepalive}, from the configuration's file to the kernel's timers. */
@Tag("program")
class KeepAliveTest {

  private static final Path TCP = Path.of("/proc/net/tcp");

  /** Of Linux's USER_HZ. */
  private static final int TICKS_A_SECOND = 100;

  /** Neither the default of Argyle (2 m) nor that of Linux (2 h). */
  private static final Duration IDLE = Duration.ofMinutes(45);

  @ParameterizedTest
  @ValueSource(strings = {"splice", "buffer"})
  void bothSidesOfATunnelHaveTheTimeOfTheConfiguration(String relay, @TempDir Path folder)
      throws Exception {
    Assumptions.assumeTrue(Files.exists(TCP), "needs Linux");
    String configuration =
        """
        socks:
          listen: ["127.0.0.1:0"]
          authentication: [none]
          keepalive: 45m
          relay: %s
        management: { mass: { listen: null }, feed: { listen: null }, bottler: { listen: null },
                      http: { listen: null } }
        """
            .formatted(relay);
    try (RunningServer server = RunningServer.start(folder, configuration, List.of());
        ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      target.setSoTimeout(30_000);
      InetSocketAddress socks = server.address("socks");
      try (Socket client = new Socket(socks.getAddress(), socks.getPort())) {
        client.setSoTimeout(30_000);
        say(client, "050100", 2);
        say(client, "050100017f000001%04x".formatted(target.getLocalPort()), 10);
        try (Socket dialled = target.accept()) {
          Awaitility.await()
              .atMost(Duration.ofSeconds(30))
              .untilAsserted(
                  () -> {
                    assertIdleTime(socks.getPort(), client.getLocalPort());
                    assertIdleTime(dialled.getPort(), target.getLocalPort());
                  });
        }
      }
    }
  }

  private static void say(Socket client, String hex, int answered) throws IOException {
    client.getOutputStream().write(HexFormat.of().parseHex(hex));
    assertThat(client.getInputStream().readNBytes(answered)).hasSize(answered);
  }

  /** The keep-alive timer of a connection runs, with about the time that is configured left. */
  private static void assertIdleTime(int localPort, int remotePort) throws IOException {
    String timer = timer(localPort, remotePort);
    assertThat(timer).as("%d to %d", localPort, remotePort).startsWith("02:");
    long seconds = Long.parseLong(timer.substring(3), 16) / TICKS_A_SECOND;
    assertThat(seconds).isBetween(IDLE.minusMinutes(5).toSeconds(), IDLE.toSeconds() + 1);
  }

  /** Kind and ticks left, as Linux's Documentation/networking/proc_net_tcp has them. */
  private static String timer(int localPort, int remotePort) throws IOException {
    String local = ":%04X".formatted(localPort);
    String remote = ":%04X".formatted(remotePort);
    for (Path file : List.of(TCP, Path.of("/proc/net/tcp6"))) {
      for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
        String[] fields = line.trim().split(" +");
        if (fields[1].endsWith(local) && fields[2].endsWith(remote)) {
          return fields[5];
        }
      }
    }
    return "no connection";
  }
}
