package dev.argyle.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Plays a server's part, octet by octet, for one connection. */
final class ScriptedServer implements AutoCloseable {

  static final Duration LONG = Duration.ofSeconds(10);

  /** The greeting without credentials, and the reply of success from 127.0.0.1:80. */
  static final String GREETING = "05 01 00";

  static final String NO_AUTHENTICATION = "05 00";
  static final String SUCCEEDED = "05 00 00 01 7F 00 00 01 00 50";

  interface Script {
    void play(Peer client) throws Exception;
  }

  /** The client, as the script sees it. */
  record Peer(Socket socket) {

    Peer expect(String hex) throws IOException {
      byte[] expected = octets(hex);
      assertThat(shown(socket.getInputStream().readNBytes(expected.length)))
          .isEqualTo(shown(expected));
      return this;
    }

    Peer send(String hex) throws IOException {
      socket.getOutputStream().write(octets(hex));
      return this;
    }

    /** Greeting and request without authentication, answered with success. */
    Peer connects(String request) throws IOException {
      return expect(GREETING).send(NO_AUTHENTICATION).expect(request).send(SUCCEEDED);
    }

    /** Nothing more comes until the client's end. */
    void expectEnd() throws IOException {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private final ServerSocket listener;
  private final CompletableFuture<Void> played = new CompletableFuture<>();

  private ScriptedServer(ServerSocket listener) {
    this.listener = listener;
  }

  static ScriptedServer playing(Script script) throws IOException {
    ScriptedServer server =
        new ScriptedServer(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
    server.listener.setSoTimeout((int) LONG.toMillis());
    Thread.startVirtualThread(() -> server.play(script));
    return server;
  }

  private void play(Script script) {
    try (Socket socket = listener.accept()) {
      socket.setSoTimeout((int) LONG.toMillis());
      script.play(new Peer(socket));
      played.complete(null);
    } catch (Exception | AssertionError failed) {
      played.completeExceptionally(failed);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  SocksClient.Builder client() {
    return SocksClient.at(address()).connectTimeout(LONG).handshakeTimeout(LONG);
  }

  /** The script has come to its end as written. */
  void finished() throws Exception {
    played.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  static byte[] octets(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  static String shown(byte[] octets) {
    return HexFormat.ofDelimiter(" ").withUpperCase().formatHex(octets);
  }
}
