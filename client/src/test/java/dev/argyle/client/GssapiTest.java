package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.gssapi.Protection;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 1961 against an acceptor that can be told to break it, with tickets of a real KDC. */
@Timeout(60)
@Tag("play")
class GssapiTest extends GssapiCase {

  @ParameterizedTest
  @EnumSource(names = {"INTEGRITY", "CONFIDENTIALITY", "SELECTIVE"})
  void manyFramesGoBothWaysUntilTheEndOfEach(Protection level) throws Exception {
    byte[] sent = new byte[300_001];
    new Random(1).nextBytes(sent);
    try (var server =
            ScriptedServer.playing(client -> Acceptor.connected(client, level.code()).echo());
        SocksSocket tunnel = tunnel(server, ana().protection(level))) {
      Thread.startVirtualThread(
          () -> {
            try {
              tunnel.getOutputStream().write(sent);
              tunnel.shutdownOutput();
            } catch (IOException failed) {
              throw new AssertionError(failed);
            }
          });
      assertThat(tunnel.getInputStream().readAllBytes()).isEqualTo(sent);
      assertThat(tunnel.getChannel()).isNull();
      server.finished();
    }
  }

  @Test
  void withoutProtectionThereIsNothingBetween() throws Exception {
    try (var server =
            ScriptedServer.playing(
                client -> {
                  Acceptor.agreed(client, 0);
                  client.expect("05 01 00 03 09 61 2E 65 78 61 6D 70 6C 65 00 50");
                  client.send(ScriptedServer.SUCCEEDED).send("AA").expect("BB");
                });
        SocksSocket tunnel = tunnel(server, ana().protection(Protection.NONE))) {
      assertThat(tunnel.getInputStream().read()).isEqualTo(0xAA);
      tunnel.getOutputStream().write(0xBB);
      assertThat(tunnel.getChannel()).isNotNull();
      server.finished();
    }
  }

  @Test
  void variantOfNecAgreesInTheClear() throws Exception {
    try (var server =
            ScriptedServer.playing(
                client -> {
                  Acceptor.established(client);
                  client.expect("01 02 00 01 00").send("01 02 00 01 00");
                  client.expect("05 01 00 03 09 61 2E 65 78 61 6D 70 6C 65 00 50");
                  client.send(ScriptedServer.SUCCEEDED).send("AA");
                });
        SocksSocket tunnel = tunnel(server, ana().nec())) {
      assertThat(tunnel.getInputStream().read()).isEqualTo(0xAA);
      server.finished();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 9, 10, 12})
  void replyIsInFramesAsTheServerLikes(int cut) throws Exception {
    byte[] replyAndMore = octets(ScriptedServer.SUCCEEDED + " 11 22 33");
    try (var server =
            ScriptedServer.playing(
                client -> {
                  Acceptor acceptor = Acceptor.agreed(client, 2);
                  acceptor.read();
                  acceptor.write(new byte[0]);
                  acceptor.write(Arrays.copyOf(replyAndMore, cut));
                  acceptor.write(Arrays.copyOfRange(replyAndMore, cut, replyAndMore.length));
                });
        SocksSocket tunnel = tunnel(server, ana())) {
      assertThat(tunnel.getInputStream().readAllBytes()).isEqualTo(octets("11 22 33"));
    }
  }

  @ParameterizedTest
  @CsvSource({"INTEGRITY, 2", "INTEGRITY, 3", "NONE, 1", "SELECTIVE, 2"})
  void strongerProtectionIsTaken(Protection wanted, int granted) throws Exception {
    try (var server =
            ScriptedServer.playing(
                client -> {
                  Acceptor acceptor = Acceptor.established(client).grants(wanted.code(), granted);
                  acceptor.read();
                  acceptor.write(octets(ScriptedServer.SUCCEEDED + "77"));
                });
        SocksSocket tunnel = tunnel(server, ana().protection(wanted))) {
      assertThat(tunnel.getInputStream().read()).isEqualTo(0x77);
    }
  }

  @ParameterizedTest
  @CsvSource({"CONFIDENTIALITY, INTEGRITY", "CONFIDENTIALITY, SELECTIVE", "INTEGRITY, NONE"})
  void weakerProtectionIsNotTaken(Protection wanted, Protection granted) throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              Acceptor.established(client).grants(wanted.code(), granted.code());
              client.expectEnd();
            })) {
      assertThatThrownBy(() -> tunnel(server, ana().protection(wanted)))
          .isInstanceOfSatisfying(
              SocksException.class,
              refused ->
                  assertThat(refused.reason())
                      .isEqualTo(new Reason.ProtectionTooWeak(wanted, granted)));
      server.finished();
    }
  }

  @Test
  void abortOfTheContextIsARefusal() throws Exception {
    try (var server =
        ScriptedServer.playing(client -> client.expect("05 01 01").send("05 01 01 FF"))) {
      assertThatThrownBy(() -> tunnel(server, ana()))
          .isInstanceOfSatisfying(
              SocksException.class,
              refused ->
                  assertThat(refused.reason()).isInstanceOf(Reason.AuthenticationRefused.class));
    }
  }

  @Test
  void refusalComesSealedToo() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              Acceptor acceptor = Acceptor.agreed(client, 1);
              acceptor.read();
              acceptor.write(octets("05 02"));
            })) {
      assertThatThrownBy(() -> tunnel(server, ana().protection(Protection.INTEGRITY)))
          .hasMessageContaining("REP 02");
    }
  }

  @Test
  void channelOfASealedTunnelIsNotGivenOut() throws Exception {
    try (var server = ScriptedServer.playing(client -> Acceptor.connected(client, 2).echo())) {
      SocksClient client = server.client().credentials(ana()).build();
      assertThatThrownBy(() -> client.openChannel(PLACE))
          .isInstanceOf(UnsupportedOperationException.class);
      server.finished();
    }
  }

  @Test
  void urgentDataIsRefused() throws Exception {
    try (var server = ScriptedServer.playing(client -> Acceptor.connected(client, 2).echo());
        SocksSocket tunnel = tunnel(server, ana())) {
      assertThatThrownBy(() -> tunnel.sendUrgentData(1)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void bindsSecondReplyAndItsConnectionAreSealed() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              Acceptor acceptor = Acceptor.agreed(client, 2);
              assertThat(acceptor.read()).startsWith(5, 2, 0);
              acceptor.write(octets("05 00 00 01 7F 00 00 01 11 11"));
              acceptor.write(octets("05 00 00 01 7F 00 00 01 22 22 33"));
              acceptor.echo();
            })) {
      SocksClient client = server.client().credentials(ana()).build();
      try (SocksBinding binding = client.bind(PLACE);
          SocksSocket peer = binding.accept(ScriptedServer.LONG)) {
        assertThat(binding.address().getPort()).isEqualTo(0x1111);
        assertThat(peer.getPort()).isEqualTo(0x2222);
        assertThat(peer.getInputStream().read()).isEqualTo(0x33);
        peer.getOutputStream().write(0x44);
        assertThat(peer.getInputStream().read()).isEqualTo(0x44);
      }
    }
  }

  @Test
  void datagramsAreSealedAndFillWhatThereIs() throws Exception {
    InetSocketAddress remote = new InetSocketAddress("192.0.2.1", 53);
    try (DatagramSocket relay = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        var server = ScriptedServer.playing(client -> relay(client, relay))) {
      relay.setSoTimeout((int) ScriptedServer.LONG.toMillis());
      SocksClient client = server.client().credentials(ana()).build();
      try (SocksDatagramChannel channel = client.associate()) {
        Destination to = Destination.of(remote);
        int most = channel.maxPayloadOctets(to);
        assertThat(most)
            .isLessThan(SocksDatagramChannel.MAX_DATAGRAM_OCTETS - 10 - 4)
            .isEqualTo(channel.availableOctets(SocksDatagramChannel.AddressType.IPV4));
        assertThatThrownBy(() -> channel.send(ByteBuffer.allocate(most + 1), to))
            .isInstanceOf(IllegalArgumentException.class);
        channel.send(ByteBuffer.allocate(most), to);
        ByteBuffer back = ByteBuffer.allocate(70_000);
        assertThat(channel.receive(back, ScriptedServer.LONG)).isEqualTo(to);
        assertThat(back.flip().remaining()).isEqualTo(most);
        channel.receive(back.clear(), ScriptedServer.LONG);
        assertThat(back.flip().get()).isEqualTo((byte) 0x55);
        assertThat(channel.droppedDatagrams()).isEqualTo(3);
      }
      server.finished();
    }
  }

  /** Gives a datagram back, then again, then one that was changed, then one in clear text. */
  private static void relay(ScriptedServer.Peer client, DatagramSocket relay) throws Exception {
    Acceptor acceptor = Acceptor.agreed(client, 2);
    assertThat(acceptor.read()).startsWith(5, 3, 0);
    acceptor.write(octets("05 00 00 01 7F 00 00 01 %04X".formatted(relay.getLocalPort())));
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    relay.receive(packet);
    byte[] plain = acceptor.openDatagram(Arrays.copyOf(packet.getData(), packet.getLength()));
    assertThat(plain).startsWith(0, 0, 0, 1, 192, 0, 2, 1, 0, 53);
    byte[] frame = acceptor.sealed(plain).octets();
    byte[] changed = acceptor.sealed(plain).octets();
    changed[changed.length - 1] ^= 1;
    byte[] last = octets("00 00 00 01 C0 00 02 01 00 35 55");
    for (byte[] datagram :
        new byte[][] {frame, frame, changed, last, acceptor.sealed(last).octets()}) {
      relay.send(new DatagramPacket(datagram, datagram.length, packet.getSocketAddress()));
    }
    client.expectEnd();
  }

  private static void expectAdvice(GssapiCredentials who, String... words) throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect("05 01 01").send("05 01");
              client.expectEnd();
            })) {
      assertThatThrownBy(() -> tunnel(server, who))
          .isInstanceOfSatisfying(
              SocksException.class,
              failed -> assertThat(failed.reason()).isInstanceOf(Reason.GssapiFailed.class))
          .hasMessageContainingAll(words);
      server.finished();
    }
  }

  @Test
  void withoutTicketTheAdviceIsKinit() throws Exception {
    expectAdvice(ana().ticketCache(realm.tickets("nobody")), "run kinit", "nobody.ccache");
  }

  @Test
  void unknownServiceIsTold() throws Exception {
    GssapiCredentials who =
        Credentials.gssapi("nonsense@localhost").ticketCache(realm.tickets("ana"));
    expectAdvice(who, "the KDC knows no such service", "nonsense@localhost");
  }

  @Test
  void nobodyTalksTheClientIntoAnotherMethod() throws Exception {
    for (String method : new String[] {"05 00", "05 02"}) {
      try (var server = ScriptedServer.playing(client -> client.expect("05 01 01").send(method))) {
        assertThatThrownBy(() -> tunnel(server, ana())).hasMessageContaining("not offered");
      }
    }
  }

  @Test
  void credentialsShowTheServiceAndNoTicket() {
    assertThat(ana().nec()).hasToString("Kerberos ticket for rcmd@localhost");
  }
}
