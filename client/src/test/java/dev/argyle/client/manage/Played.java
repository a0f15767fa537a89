package dev.argyle.client.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server whose part is played for one connection, or for one socket's datagrams. */
final class Played implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(10);

  static final UserName ADMIN = UserName.of("admin");
  static final Password PASSWORD = password("secret");

  interface TcpScript {
    void play(Peer client) throws Exception;
  }

  interface UdpScript {
    /** What is answered to the n-th datagram, from 1; null: nothing. */
    @Nullable String answer(int number, String datagram);
  }

  /** The client, as a script sees it. */
  record Peer(Socket socket) {

    Peer expect(String hex) throws IOException {
      byte[] expected = octets(hex);
      assertThat(shown(socket.getInputStream().readNBytes(expected.length)))
          .isEqualTo(shown(expected));
      return this;
    }

    /** An octet a segment. */
    Peer send(String hex) throws IOException {
      OutputStream out = socket.getOutputStream();
      for (byte octet : octets(hex)) {
        out.write(octet);
      }
      return this;
    }

    void sendAtOnce(byte[] octets) throws IOException {
      socket.getOutputStream().write(octets);
    }

    /** Nothing more comes until the client's end. */
    void expectEnd() throws IOException {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  private final AutoCloseable listener;
  private final InetSocketAddress address;
  private final CompletableFuture<Void> played = new CompletableFuture<>();

  private Played(AutoCloseable listener, InetSocketAddress address) {
    this.listener = listener;
    this.address = address;
  }

  static Played tcp(TcpScript script) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    listener.setSoTimeout((int) LONG.toMillis());
    Played server = new Played(listener, (InetSocketAddress) listener.getLocalSocketAddress());
    Thread.startVirtualThread(
        () -> {
          try (Socket socket = listener.accept()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) LONG.toMillis());
            script.play(new Peer(socket));
            server.played.complete(null);
          } catch (Exception | AssertionError failed) {
            server.played.completeExceptionally(failed);
          }
        });
    return server;
  }

  static Played udp(UdpScript script) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    Played server = new Played(socket, (InetSocketAddress) socket.getLocalSocketAddress());
    Thread.startVirtualThread(
        () -> {
          DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
          try {
            for (int number = 1; ; number++) {
              socket.receive(packet);
              byte[] datagram = Arrays.copyOf(packet.getData(), packet.getLength());
              String answer = script.answer(number, shown(datagram));
              if (answer != null) {
                byte[] octets = octets(answer);
                socket.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
              }
            }
          } catch (IOException closed) {
            server.played.complete(null);
          }
        });
    return server;
  }

  /** Where nobody listens. */
  static InetSocketAddress closedPort() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return (InetSocketAddress) listener.getLocalSocketAddress();
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /** The script has come to its end as written. */
  void finished() throws Exception {
    played.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws Exception {
    listener.close();
  }

  static Password password(String text) {
    return new Password(text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static String shown(byte[] octets) {
    return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(octets);
  }
}
