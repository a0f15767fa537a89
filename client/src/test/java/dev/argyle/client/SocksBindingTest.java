package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.GREETING;
import static dev.argyle.client.ScriptedServer.LONG;
import static dev.argyle.client.ScriptedServer.NO_AUTHENTICATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.ReplyCode;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("play")
class SocksBindingTest {

  private static final Destination PEER = Destination.of(new InetSocketAddress("192.0.2.1", 0));
  private static final String BIND = "05 02 00 01 C0 00 02 01 00 00";

  @Test
  void acceptGivesTheConnectionAndWhoCame() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect(BIND);
              client.send("05 00 00 01 C6 33 64 07 9C 40").send("05 00 00"); // a torn second one
              late.await();
              client.send("01 C0 00 02 01 00 14 AA").expect("BB").expectEnd();
            })) {
      SocksBinding binding = server.client().build().bind(PEER);
      assertThat(binding.address()).isEqualTo(new InetSocketAddress("198.51.100.7", 40_000));
      assertThatThrownBy(() -> binding.accept(Duration.ofMillis(50)))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("its second reply is overdue");
      late.countDown();
      try (Socket socket = binding.accept(LONG)) {
        assertThat(socket.getSoTimeout()).isZero();
        assertThat(socket.getRemoteSocketAddress())
            .isEqualTo(new InetSocketAddress("192.0.2.1", 20));
        assertThat(socket.getInputStream().read()).isEqualTo(0xAA);
        socket.getOutputStream().write(0xBB);
        assertThatThrownBy(() -> binding.accept(LONG)).isInstanceOf(IllegalStateException.class);
      }
      server.finished();
    }
  }

  @Test
  void secondReplyMayRefuseAndThenEverythingIsClosed() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect(BIND);
              client.send("05 00 00 01 00 00 00 00 9C 40 05 06 00 01 00 00 00 00 00 00");
              client.expectEnd();
            })) {
      SocksBinding binding = server.client().build().bind(PEER);
      assertThat(binding.address()).isEqualTo(new InetSocketAddress("127.0.0.1", 40_000));
      var refused = catchThrowableOfType(SocksException.class, () -> binding.accept(LONG));
      assertThat(refused.replyCode()).contains(ReplyCode.TTL_EXPIRED);
      server.finished();
    }
  }

  @Test
  void closingEndsTheWait() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect(BIND);
              client.send("05 00 00 01 00 00 00 00 9C 40").expectEnd();
            })) {
      SocksBinding binding = server.client().build().bind(PEER);
      binding.close();
      assertThatThrownBy(() -> binding.accept(LONG)).isInstanceOf(java.io.IOException.class);
      server.finished();
    }
  }
}
