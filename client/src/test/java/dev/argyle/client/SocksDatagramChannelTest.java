package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.GREETING;
import static dev.argyle.client.ScriptedServer.LONG;
import static dev.argyle.client.ScriptedServer.NO_AUTHENTICATION;
import static dev.argyle.client.ScriptedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.argyle.client.SocksDatagramChannel.AddressType;
import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Tag("play")
class SocksDatagramChannelTest {

  private static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";
  private static final Destination FOUR = Destination.of(new InetSocketAddress("192.0.2.1", 53));
  private static final Destination SIX = Destination.of(new InetSocketAddress("2001:db8::1", 53));
  private static final Destination NAME = new Destination(new Host.Name("a.example"), 53);
  private static final String FROM_FOUR = "01 C0 00 02 01 00 35 ";

  private DatagramSocket relay;
  private final CountDownLatch end = new CountDownLatch(1);

  @BeforeEach
  void openRelay() throws IOException {
    relay = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
    relay.setSoTimeout((int) LONG.toMillis());
  }

  @AfterEach
  void closeRelay() {
    end.countDown();
    relay.close();
  }

  /** A server that says that its relay is at 0.0.0.0, and closes when it is told to. */
  private ScriptedServer server() throws IOException {
    return ScriptedServer.playing(
        client -> {
          client.expect(GREETING).send(NO_AUTHENTICATION).expect(ASSOCIATE);
          client.send("05 00 00 01 00 00 00 00 %04X".formatted(relay.getLocalPort()));
          if (!end.await(LONG.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the test did not end");
          }
        });
  }

  private SocketAddress relayReceives(String hex) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    relay.receive(packet);
    byte[] received = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    assertThat(ScriptedServer.shown(received)).isEqualTo(ScriptedServer.shown(octets(hex)));
    return packet.getSocketAddress();
  }

  private void relaySends(SocketAddress to, String hex) throws IOException {
    byte[] datagram = octets(hex);
    relay.send(new DatagramPacket(datagram, datagram.length, to));
  }

  private static ByteBuffer payload(int... octets) {
    ByteBuffer payload = ByteBuffer.allocate(octets.length);
    for (int octet : octets) {
      payload.put((byte) octet);
    }
    return payload.flip();
  }

  @Test
  void datagramsGoThroughTheRelayAtTheServersAddressIfItSaysZeros() throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      assertThat(channel.relayAddress())
          .isEqualTo(new InetSocketAddress("127.0.0.1", relay.getLocalPort()));
      channel.send(payload(1, 2), FOUR);
      SocketAddress us = relayReceives("00 00 00 " + FROM_FOUR + "01 02");
      assertThat(us).isEqualTo(channel.localAddress());
      channel.send(payload(), NAME);
      relayReceives("00 00 00 03 09 61 2E 65 78 61 6D 70 6C 65 00 35");
      relaySends(us, "00 00 00 " + FROM_FOUR + "03 04 05");
      ByteBuffer into = ByteBuffer.allocate(10).position(1);
      assertThat(channel.receive(into, LONG)).isEqualTo(FOUR);
      assertThat(into.flip().position(1)).isEqualTo(payload(3, 4, 5));
    }
  }

  @Test
  void spaceIsReportedAsTheRfcSaysAndWhatFitsExactly() throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      assertThat(channel.availableOctets(AddressType.IPV4)).isEqualTo(65_507 - 10);
      assertThat(channel.availableOctets(AddressType.NAME)).isEqualTo(65_507 - 262);
      assertThat(channel.availableOctets(AddressType.IPV6)).isEqualTo(65_507 - 20);
      assertThat(channel.maxPayloadOctets(FOUR)).isEqualTo(65_497);
      assertThat(channel.maxPayloadOctets(NAME)).isEqualTo(65_507 - 7 - 9);
      assertThat(channel.maxPayloadOctets(SIX)).isEqualTo(65_485);
      assertThat(AddressType.of(SIX.host())).isEqualTo(AddressType.IPV6);
      for (Destination destination : new Destination[] {FOUR, NAME, SIX}) {
        int most = channel.maxPayloadOctets(destination);
        channel.send(ByteBuffer.allocate(most), destination);
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        relay.receive(packet);
        assertThat(packet.getLength()).isEqualTo(65_507);
        assertThatThrownBy(() -> channel.send(ByteBuffer.allocate(most + 1), destination))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void fragmentsAreNumberedAndTheLastIsMarked() throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      ByteBuffer payload = payload(1, 2, 3, 4, 5);
      channel.sendFragmented(payload, FOUR, 2);
      assertThat(payload.hasRemaining()).isFalse();
      relayReceives("00 00 01 " + FROM_FOUR + "01 02");
      relayReceives("00 00 02 " + FROM_FOUR + "03 04");
      relayReceives("00 00 83 " + FROM_FOUR + "05");
      channel.sendFragmented(payload(1, 2), FOUR, 2);
      relayReceives("00 00 00 " + FROM_FOUR + "01 02");
      channel.sendFragmented(ByteBuffer.allocate(127), FOUR, 1);
      for (int position = 1; position < 127; position++) {
        relayReceives("00 00 %02X ".formatted(position) + FROM_FOUR + "00");
      }
      relayReceives("00 00 FF " + FROM_FOUR + "00");
      assertThatThrownBy(() -> channel.sendFragmented(ByteBuffer.allocate(128), FOUR, 1))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> channel.sendFragmented(ByteBuffer.allocate(65_508), FOUR, 60_000))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> channel.sendFragmented(payload(1), FOUR, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void fragmentsThatComeArePutTogetherAndGarbageIsCounted() throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      SocketAddress us = channel.localAddress();
      relaySends(us, "00 00 01 " + FROM_FOUR + "01 02");
      relaySends(us, ""); // nothing at all
      relaySends(us, "00 01 00 " + FROM_FOUR); // RSV
      relaySends(us, "00 00 00 05 01"); // no such ATYP
      relaySends(us, "00 00 00 01 C0 00"); // cut short
      relaySends(us, "00 00 05 " + FROM_FOUR + "09"); // a gap: the sequence is over
      relaySends(us, "00 00 01 " + FROM_FOUR + "01");
      relaySends(us, "00 00 82 " + FROM_FOUR + "02 03");
      ByteBuffer into = ByteBuffer.allocate(10);
      assertThat(channel.receive(into)).isEqualTo(FOUR);
      assertThat(into.flip()).isEqualTo(payload(1, 2, 3));
      assertThat(channel.droppedDatagrams()).isEqualTo(4 + 2);
    }
  }

  @Test
  void timeoutHoldsForAReceiverBehindAnother() throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      CountDownLatch first = new CountDownLatch(1);
      Thread.startVirtualThread(
          () -> {
            first.countDown();
            try {
              channel.receive(ByteBuffer.allocate(1));
            } catch (IOException closed) {
              // the test is over
            }
          });
      first.await();
      assertThatThrownBy(() -> channel.receive(ByteBuffer.allocate(1), Duration.ofMillis(50)))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(channel.droppedDatagrams()).isZero();
    }
  }

  @Test
  void whatDoesNotFitIsDiscarded() throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      relaySends(channel.localAddress(), "00 00 00 " + FROM_FOUR + "01 02 03");
      relaySends(channel.localAddress(), "00 00 00 " + FROM_FOUR + "04");
      ByteBuffer into = ByteBuffer.allocate(2);
      channel.receive(into);
      assertThat(into.flip()).isEqualTo(payload(1, 2));
      into.clear();
      channel.receive(into);
      assertThat(into.flip()).isEqualTo(payload(4));
    }
  }

  @Test
  void datagramsFromStrangersNeverArrive() throws Exception {
    try (var server = server();
        var stranger = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
        SocksDatagramChannel channel = server.client().build().associate()) {
      byte[] forged = octets("00 00 00 " + FROM_FOUR + "66");
      stranger.send(new DatagramPacket(forged, forged.length, channel.localAddress()));
      relaySends(channel.localAddress(), "00 00 00 " + FROM_FOUR + "01");
      ByteBuffer into = ByteBuffer.allocate(2);
      channel.receive(into, LONG);
      assertThat(into.flip()).isEqualTo(payload(1));
      assertThatThrownBy(() -> channel.receive(into.clear(), Duration.ofMillis(50)))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endOfTheControlConnectionEndsAReceiveThatWaits(boolean waiting) throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      CompletableFuture<SocksException> thrown = new CompletableFuture<>();
      if (!waiting) {
        end.countDown();
      }
      Thread.startVirtualThread(
          () ->
              thrown.complete(
                  catchThrowableOfType(
                      SocksException.class, () -> channel.receive(ByteBuffer.allocate(1)))));
      end.countDown();
      SocksException ended = thrown.get(LONG.toSeconds(), TimeUnit.SECONDS);
      assertThat(ended.reason()).isEqualTo(new Reason.AssociationEnded());
      assertThat(channel.isOpen()).isFalse();
      assertThat(
              catchThrowableOfType(SocksException.class, () -> channel.send(payload(1), FOUR))
                  .reason())
          .isEqualTo(new Reason.AssociationEnded());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptEndsTheAssociation(boolean virtual) throws Exception {
    try (var server = server();
        SocksDatagramChannel channel = server.client().build().associate()) {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      Runnable body =
          () -> {
            try {
              channel.receive(ByteBuffer.allocate(1));
            } catch (IOException expected) {
              thrown.complete(expected);
            }
          };
      Thread thread = virtual ? Thread.startVirtualThread(body) : Thread.ofPlatform().start(body);
      thread.interrupt();
      assertThat(thrown.get(LONG.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(ClosedByInterruptException.class);
      assertThat(channel.isOpen()).isFalse();
    }
  }

  @Test
  void closingEndsTheControlConnection() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect(ASSOCIATE);
              client.send("05 00 00 01 7F 00 00 01 %04X".formatted(relay.getLocalPort()));
              client.expectEnd();
            })) {
      SocksDatagramChannel channel = server.client().build().associate();
      channel.close();
      server.finished();
      assertThatThrownBy(() -> channel.send(payload(1), FOUR)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void announcedPortIsTheOneThatDatagramsComeFrom() throws Exception {
    CompletableFuture<Integer> announced = new CompletableFuture<>();
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect("05 03 00 01 00 00 00 00");
              var in = client.socket().getInputStream();
              announced.complete(in.read() << 8 | in.read());
              client.send("05 00 00 01 7F 00 00 01 %04X".formatted(relay.getLocalPort()));
              client.expectEnd();
            })) {
      try (var channel = server.client().announceUdpSource(true).build().associate()) {
        assertThat(announced.get()).isEqualTo(channel.localAddress().getPort());
      }
      server.finished();
    }
  }

  @Test
  void relayWithoutAPortIsAProtocolViolation() throws Exception {
    try (var server =
        ScriptedServer.playing(
            client -> {
              client.expect(GREETING).send(NO_AUTHENTICATION).expect(ASSOCIATE);
              client.send("05 00 00 01 7F 00 00 01 00 00").expectEnd();
            })) {
      SocksClient client = server.client().build();
      var refused = catchThrowableOfType(SocksException.class, client::associate);
      assertThat(refused.reason()).isInstanceOf(Reason.ProtocolViolation.class);
      server.finished();
    }
  }
}
