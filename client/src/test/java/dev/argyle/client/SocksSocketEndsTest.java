package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.GREETING;
import static dev.argyle.client.ScriptedServer.LONG;
import static dev.argyle.client.ScriptedServer.NO_AUTHENTICATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timeouts, resets and interrupts of a socket, before and after it is connected. */
@Timeout(60)
@Tag("play")
class SocksSocketEndsTest extends SocksSocketCase {

  @Test
  void handshakeThatNeverEndsIsCutOffAtItsTimeout() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client ->
                client
                    .expect(GREETING)
                    .send(NO_AUTHENTICATION)
                    .expect(NAMED)
                    .send("05 00 00")
                    .expectEnd())) {
      SocksClient client = server.client().handshakeTimeout(SHORT).build();
      SocksSocket socket = client.newSocket();
      assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("a.example", 80)))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("its reply is overdue");
      assertThat(socket.isClosed()).isTrue();
      assertThat(socket.isConnected()).isFalse();
      server.finished();
    }
  }

  /** It was an ArithmeticException, or no time at all. */
  @Test
  void foreverIsATimeToConnectIn() throws Exception {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    try (var server =
        ScriptedServer.playing(client -> client.connects(NAMED).send("2A").expectEnd())) {
      SocksClient client =
          server.client().connectTimeout(forever).handshakeTimeout(forever).build();
      try (SocksSocket socket = client.connect("a.example", 80)) {
        assertThat(socket.getInputStream().read()).isEqualTo(0x2A);
      }
      server.finished();
    }
  }

  /** 900 ms became 0 s, which means never. */
  @Test
  void lessThanASecondIsATimeAndNotForEver() throws Exception {
    try (var server = ScriptedServer.playing(client -> client.expect(GREETING).expectEnd())) {
      SocksClient client = server.client().handshakeTimeout(Duration.ofMillis(900)).build();
      assertThatThrownBy(() -> client.connect("a.example", 80).close())
          .isInstanceOf(SocketTimeoutException.class);
      server.finished();
    }
  }

  @Test
  void serverThatDoesNotAcceptIsCutOffAtTheConnectTimeout() throws Exception {
    List<SocketChannel> waiting = new ArrayList<>();
    try (var full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      for (int i = 0; i < 4; i++) {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(full.getLocalSocketAddress());
        waiting.add(channel);
      }
      Awaitility.await()
          .until(() -> waiting.get(0).finishConnect() && waiting.get(1).finishConnect());
      SocksClient client =
          SocksClient.at((InetSocketAddress) full.getLocalSocketAddress())
              .connectTimeout(SHORT)
              .build();
      assertThatThrownBy(() -> client.connect("a.example", 80))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("connecting took too long");
    } finally {
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void timeoutOfConnectHoldsForAllOfIt() throws Exception {
    try (var server = ScriptedServer.playing(client -> client.expect(GREETING).expectEnd())) {
      SocksSocket socket = server.client().build().newSocket();
      assertThatThrownBy(
              () -> socket.connect(InetSocketAddress.createUnresolved("a.example", 80), 100))
          .isInstanceOf(SocketTimeoutException.class);
      server.finished();
    }
  }

  @Test
  void readTimeoutSetBeforeConnectingHoldsAfterwards() throws Exception {
    try (var server = ScriptedServer.playing(client -> client.connects(NAMED).expectEnd())) {
      try (Socket socket = server.client().build().socketFactory().createSocket()) {
        socket.setSoTimeout(50);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        socket.setReceiveBufferSize(16_384);
        assertThat(socket.isConnected()).isFalse();
        assertThat(socket.getPort()).isZero();
        assertThat(socket.getRemoteSocketAddress()).isNull();
        assertThat(socket).hasToString("SocksSocket[not connected]");
        socket.connect(InetSocketAddress.createUnresolved("a.example", 80), 5000);
        assertThat(socket.getSoTimeout()).isEqualTo(50);
        assertThat(socket.getTcpNoDelay()).isTrue();
        assertThatThrownBy(() -> socket.getInputStream().read())
            .isInstanceOf(SocketTimeoutException.class);
        assertThat(socket.isClosed()).isFalse();
        assertThatThrownBy(() -> socket.connect(new InetSocketAddress("127.0.0.1", 1)))
            .isInstanceOf(SocketException.class);
      }
      server.finished();
    }
  }

  @Test
  void resetIsPassedOnAsAnException() throws Exception {
    try (var server =
        ScriptedServer.playing(client -> client.connects(NAMED).expect("01").reset())) {
      try (Socket socket = server.client().build().connect("a.example", 80)) {
        socket.getOutputStream().write(1);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(IOException.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptDuringTheHandshakeClosesTheConnection(boolean virtual) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect(NAMED);
              asked.countDown();
              client.expectEnd();
            })) {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      SocksClient client = server.client().build();
      Thread thread = started(virtual, thrown, () -> client.connect("a.example", 80));
      assertThat(asked.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
      thread.interrupt();
      assertThat(thrown.get(LONG.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ClosedByInterruptException.class);
      server.finished();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptWhileReadingClosesTheTunnel(boolean virtual) throws Exception {
    try (var server =
        ScriptedServer.playing(client -> client.connects(NAMED).expect("01").expectEnd())) {
      try (Socket socket = server.client().build().connect("a.example", 80)) {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread thread = started(virtual, thrown, () -> socket.getInputStream().read());
        socket.getOutputStream().write(1);
        thread.interrupt();
        assertThat(thrown.get(LONG.toSeconds(), TimeUnit.SECONDS))
            .isInstanceOf(ClosedByInterruptException.class);
        assertThat(socket.isClosed()).isTrue();
      }
      server.finished();
    }
  }

  @Test
  void timeoutIsMoreThanZero() {
    assertThatThrownBy(() -> SocksClient.at("a.example", 1).connectTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SocksClient.at("a.example", 1).handshakeTimeout(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
