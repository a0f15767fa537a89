package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.GREETING;
import static dev.argyle.client.ScriptedServer.NO_AUTHENTICATION;
import static dev.argyle.client.ScriptedServer.SUCCEEDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.ReplyCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Tag("play")
class SocksSocketTest extends SocksSocketCase {

  @Test
  void tunnelCarriesWhatFollowsTheReplyInTheSameSegment() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect(NAMED);
              client.send(SUCCEEDED + "48 65 6C 6C 6F").expect("48 69").expectEnd();
            })) {
      try (Socket socket = server.client().build().connect("a.example", 80)) {
        assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("Hello");
        socket.getOutputStream().write("Hi".getBytes());
      }
      server.finished();
    }
  }

  @Test
  void halfCloseLeavesTheOtherDirectionOpen() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.connects(NAMED).expect("01").expectEnd();
              client.send("02 03");
            })) {
      try (Socket socket = server.client().build().connect("a.example", 80)) {
        socket.getOutputStream().write(1);
        socket.shutdownOutput();
        assertThat(socket.isOutputShutdown()).isTrue();
        assertThat(socket.getInputStream().readAllBytes()).containsExactly(2, 3);
      }
      server.finished();
    }
  }

  @Test
  void serversHalfCloseLeavesOursOpen() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.connects(NAMED).socket().shutdownOutput();
              client.expect("01 02").expectEnd();
            })) {
      try (Socket socket = server.client().build().connect("a.example", 80)) {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        socket.getOutputStream().write(new byte[] {1, 2});
      }
      server.finished();
    }
  }

  @Test
  void addressesAreTheDestinationsAndTheReplys() throws Exception {
    try (var server = ScriptedServer.playing(client -> client.connects(NAMED).expectEnd())) {
      try (SocksSocket socket = server.client().build().connect("a.example", 80)) {
        InetSocketAddress remote = InetSocketAddress.createUnresolved("a.example", 80);
        assertThat(socket.getRemoteSocketAddress()).isEqualTo(remote);
        assertThat(socket.getPort()).isEqualTo(80);
        assertThat(socket.getInetAddress()).isNull();
        assertThat(socket.boundAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", 80));
        assertThat(Objects.requireNonNull(socket.getChannel()).getRemoteAddress())
            .isEqualTo(server.address());
        assertThat(socket.getLocalSocketAddress()).isEqualTo(socket.getChannel().getLocalAddress());
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.isBound()).isTrue();
      }
      server.finished();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 05 01 00 01 C0 00 02 01 00 50",
    "2001:db8::1, 05 01 00 04 20010DB8000000000000000000000001 00 50",
    "[2001:db8::1], 05 01 00 04 20010DB8000000000000000000000001 00 50",
    "a.example, 05 01 00 03 09 61 2E 65 78 61 6D 70 6C 65 00 50",
    "b\u00fccher, 05 01 00 03 0D 786E2D2D62636865722D6B7661 00 50"
  })
  void hostGoesByTheAddressTypeThatItIsWrittenIn(String host, String request) throws Exception {
    try (var server = ScriptedServer.playing(client -> client.connects(request).expectEnd())) {
      server.client().build().connect(host, 80).close();
      server.finished();
    }
  }

  @Test
  void addressThatIsNotResolvedGoesByNameAndAResolvedOneDoesNot() throws Exception {
    InetAddress named = InetAddress.getByAddress("a.example", new byte[] {(byte) 192, 0, 2, 1});
    try (var server =
        ScriptedServer.playing(
            client -> client.connects("05 01 00 01 C0 00 02 01 00 50").expectEnd())) {
      server.client().build().connect(new InetSocketAddress(named, 80)).close();
      server.finished();
    }
    try (var server = ScriptedServer.playing(client -> client.connects(NAMED).expectEnd())) {
      var unresolved = InetSocketAddress.createUnresolved("a.example", 80);
      server.client().build().connect(unresolved).close();
      server.finished();
    }
  }

  @Test
  void namesAreResolvedHereIfTheClientIsToldSo() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client ->
                client
                    .expect(GREETING)
                    .send(NO_AUTHENTICATION)
                    .expect("05 01 00")
                    .send("05 01 00 01 00 00 00 00 00 00"))) {
      SocksClient client = server.client().nameResolution(NameResolution.LOCAL).build();
      assertThatThrownBy(() -> client.connect("nobody.invalid", 80))
          .isInstanceOf(UnknownHostException.class);
      assertThatThrownBy(() -> client.connect("localhost", 80)).isInstanceOf(SocksException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x y\u0000", "1:2", "n.n.n"})
  void hostThatCannotBeOneIsUnknown(String host) {
    SocksClient client = SocksClient.at("127.0.0.1", 1).build();
    if (host.isEmpty() || host.equals("1:2")) {
      assertThatThrownBy(() -> client.connect(host, 80)).isInstanceOf(UnknownHostException.class);
    } else {
      assertThatThrownBy(() -> client.connect(host, 80)).isInstanceOf(ConnectException.class);
    }
    assertThatThrownBy(() -> client.connect("a.example", 65_536))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusalSaysWhoRefusedWhatAndWhy() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client ->
                client
                    .expect(GREETING)
                    .send(NO_AUTHENTICATION)
                    .expect(NAMED)
                    .send("05 05 00 01 00 00 00 00 00 00")
                    .expectEnd())) {
      SocksClient client = server.client().build();
      var refused =
          catchThrowableOfType(SocksException.class, () -> client.connect("a.example", 80));
      assertThat(refused.reason()).isEqualTo(new Reason.Refused(ReplyCode.CONNECTION_REFUSED));
      assertThat(refused.replyCode()).contains(ReplyCode.CONNECTION_REFUSED);
      assertThat(refused)
          .hasMessage(
              "SOCKS server 127.0.0.1:%d: CONNECT to a.example:80: connection refused (REP 05)",
              server.address().getPort());
      server.finished();
    }
  }

  @Test
  void credentialsAreInNoMessage() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client ->
                client
                    .expect("05 02 00 02 ")
                    .send("05 02")
                    .expect("01 06 61 7A 75 72 72 61 06 68 69 64 64 65 6E")
                    .send("01 01")
                    .expectEnd())) {
      SocksClient client =
          server
              .client()
              .credentials(Credentials.password("azurra", "hidden".toCharArray()))
              .build();
      var refused =
          catchThrowableOfType(SocksException.class, () -> client.connect("a.example", 80));
      assertThat(refused.reason()).isEqualTo(new Reason.AuthenticationRefused());
      assertThat(refused.replyCode()).isEmpty();
      assertThat(refused + " " + client).doesNotContain("azurra").doesNotContain("hidden");
      server.finished();
    }
  }

  @Test
  void serverThatClosesEarlyIsSaidToHave() throws Exception {
    try (var server =
        ScriptedServer.playing(client -> client.expect(GREETING).send("05").socket().close())) {
      SocksClient client = server.client().build();
      var refused =
          catchThrowableOfType(SocksException.class, () -> client.connect("a.example", 80));
      assertThat(refused.reason()).isEqualTo(new Reason.ClosedByServer());
    }
  }

  @Test
  void controlCharactersOfANameAreNotInMessages() throws Exception {
    try (var server = ScriptedServer.playing(client -> client.socket().close())) {
      assertThatThrownBy(() -> server.client().build().connect("a\nb\u001b[1m", 80))
          .isInstanceOf(IOException.class)
          .message()
          .doesNotContain("\n")
          .doesNotContain("\u001b");
    }
  }

  @Test
  void factoryBindsTheLocalAddress() throws Exception {
    try (var server = ScriptedServer.playing(client -> client.connects(NAMED).expectEnd())) {
      InetAddress local = InetAddress.getByName("127.0.0.2");
      try (Socket socket =
          server.client().build().socketFactory().createSocket("a.example", 80, local, 0)) {
        assertThat(socket.getLocalAddress()).isEqualTo(local);
      }
      server.finished();
    }
  }

  @Test
  void channelWorksWithoutBlockingOnceItIsThere() throws Exception {
    try (var server =
        ScriptedServer.playing(client -> client.connects(NAMED).expect("2A").expectEnd())) {
      var named = Destination.of(InetSocketAddress.createUnresolved("a.example", 80));
      try (SocketChannel channel = server.client().build().openChannel(named)) {
        assertThat(channel.isBlocking()).isTrue();
        channel.configureBlocking(false);
        assertThat(channel.read(ByteBuffer.allocate(1))).isZero();
        assertThat(channel.write(ByteBuffer.wrap(new byte[] {0x2A}))).isEqualTo(1);
      }
      server.finished();
    }
  }

  @Test
  void serverThatIsNotThereIsTheJdksConnectException() throws Exception {
    int free;
    try (var listener = new ServerSocket(0)) {
      free = listener.getLocalPort();
    }
    SocksClient client = SocksClient.at("127.0.0.1", free).build();
    assertThatThrownBy(() -> client.connect("a.example", 80)).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> SocksClient.at("nobody.invalid", 1).build().associate())
        .isInstanceOf(UnknownHostException.class);
  }
}
