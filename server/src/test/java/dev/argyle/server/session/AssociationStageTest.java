package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An association lives as long as its control connection, and what comes there means nothing. */
@Timeout(60)
@Tag("play")
class AssociationStageTest {

  private static final String REQUEST = "05 01 00 05 03 00 01 00 00 00 00 00 00";

  /** Also for clients from elsewhere. */
  private static final String ALLOW = "rules:\n  - { allow: true, to: [\"127.0.0.0/8\"] }\n";

  @TempDir Path data;

  private SessionRig open(Kind kind, String socks) throws Exception {
    return new SessionRig(kind, data, socks, ALLOW);
  }

  /** Associates, and returns the port where datagrams are taken. */
  private static int associate(Socket client) throws IOException {
    send(client, REQUEST);
    expect(client, "05 00 05 00 00 01 7F 00 00 01");
    byte[] port = client.getInputStream().readNBytes(2);
    return ((port[0] & 0xFF) << 8) | (port[1] & 0xFF);
  }

  private static String echoed(DatagramSocket own, DatagramSocket target, int relay)
      throws IOException {
    byte[] header = SessionRig.octets("00 00 00 01 7F 00 00 01 00 00 68 69");
    header[8] = (byte) (target.getLocalPort() >> 8);
    header[9] = (byte) target.getLocalPort();
    own.send(new DatagramPacket(header, header.length, InetAddress.getLoopbackAddress(), relay));
    DatagramPacket came = new DatagramPacket(new byte[64], 64);
    target.setSoTimeout(10_000);
    target.receive(came);
    return new String(came.getData(), 0, came.getLength(), US_ASCII);
  }

  @ParameterizedTest
  @EnumSource
  void whatComesOnTheControlConnectionIsIgnoredHoweverMuch(Kind kind) throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (SessionRig rig = open(kind, "");
        DatagramSocket own = new DatagramSocket(0, loopback);
        DatagramSocket target = new DatagramSocket(0, loopback)) {
      try (Socket client = rig.connect()) {
        int relay = associate(client);
        client.getOutputStream().write(SessionRig.pattern(8 << 20)); // more than any buffer holds
        assertThat(echoed(own, target, relay)).isEqualTo("hi");
        assertThat(client.getInputStream().available()).as("answers").isZero();
      }
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.DONE);
      assertThat(ended.up()).as("only what is relayed is counted").isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void octetsBehindTheRequestAreIgnoredToo(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "");
        Socket client = rig.connect()) {
      send(client, REQUEST + "47 45 54");
      expect(client, "05 00 05 00 00 01");
      client.shutdownOutput();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.DONE);
      assertThat(rig.count(Counter.REPLY_00)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theResetOfTheControlConnectionEndsTheAssociationAndFreesItsPort(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "");
        Socket client = rig.connect()) {
      int relay = associate(client);
      client.setSoLinger(true, 0);
      client.close();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.RESET_BY_CLIENT);
      Awaitility.await().until(() -> canBind(relay));
    }
  }

  private static boolean canBind(int port) {
    try (DatagramSocket taken = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
      return taken.isBound();
    } catch (IOException inUse) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAssociationWithoutDatagramsEndsByItsIdleTimeoutThoughTheControlConnectionIsBusy(Kind kind)
      throws Exception {
    try (SessionRig rig = open(kind, "udp: { idle-timeout: 1s }");
        Socket client = rig.connect()) {
      associate(client);
      send(client, "00");
      expectEndOrReset(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.IDLE_TIMEOUT);
      assertThat(rig.count(Counter.IDLE_TIMEOUTS)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aControlConnectionThatNeverPausesLeavesTheLoopToOthers(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says(REQUEST);
      assertThat(client.answers()).startsWith("0500" + "05000001");
      client.onLoop(
          () -> {
            client.endless = true;
            client.receives = 0;
            client.event();
            assertThat(client.receives).as("receives of one event").isLessThanOrEqualTo(4);
            client.event();
            assertThat(client.receives).as("an event is no turn").isLessThanOrEqualTo(4);
          });
      try (Socket other = rig.connect()) {
        send(other, "05 01 00");
        expect(other, "05 00");
        assertThat(client.isClosed()).isFalse();
        client.breaks(Errno.ECONNRESET);
        Awaitility.await().until(client::isClosed);
        assertThat(rig.ended(1).reason()).isEqualTo(EndReason.RESET_BY_CLIENT);
      }
    }
  }
}
