package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.octets;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.net.Errno;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections of a load balancer, until the PROXY header says whose they are. */
@Timeout(60)
@Tag("play")
class ProxyHeaderWaitTest {

  private static final byte[] ONE =
      "PROXY TCP4 192.0.2.9 198.51.100.1 40000 1080\r\n".getBytes(US_ASCII);
  private static final byte[] TWO =
      octets("0D0A0D0A000D0A515549540A" + "2111000C" + "C0000209" + "C6336401" + "9C400438");
  private static final String BALANCED = "proxy-protocol: { from: [\"127.0.0.0/8\"] }";

  /** Also for clients from elsewhere. */
  private static final String ALLOW = "rules:\n  - { allow: true, to: [\"127.0.0.0/8\"] }\n";

  @TempDir Path data;

  private SessionRig open(Kind kind, String socks) throws Exception {
    return new SessionRig(kind, data, BALANCED + "\n" + socks, ALLOW);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void aHeaderIsTakenWholeWhereverItIsCutAndWhateverFollowsIt() throws Exception {
    int connections = 0;
    try (SessionRig rig = open(Kind.NIO, "")) {
      for (byte[] header : List.of(ONE, TWO)) {
        byte[] all = joined(header, octets("05 01 00"));
        for (int cut = 1; cut < all.length; cut++) {
          ScriptedClient client = new ScriptedClient(rig);
          client.arriveByBalancer();
          client.says(Arrays.copyOf(all, cut));
          client.says(Arrays.copyOfRange(all, cut, all.length));
          assertThat(client.answers()).as("cut after octet %d", cut).isEqualTo("0500");
          client.ends();
          connections++;
          if (cut == header.length) {
            EndedConnection ended = rig.ended(Math.min(connections, 100));
            assertThat(ended.client()).isEqualTo(InetAddress.getByName("192.0.2.9"));
            assertThat(ended.clientPort()).isEqualTo(40_000);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void headerHandshakeAndPayloadInOneSegmentReachTheTarget(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "")) {
      for (byte[] header : List.of(ONE, TWO)) {
        try (Socket client = rig.connect()) {
          byte[] payload = SessionRig.pattern(4096);
          byte[] handshake = octets("05 01 00" + rig.connectRequest());
          client.getOutputStream().write(joined(header, handshake, payload));
          expect(client, "05 00 05 00 00 01");
          try (Socket target = rig.accept()) {
            assertThat(target.getInputStream().readNBytes(payload.length)).isEqualTo(payload);
          }
        }
      }
      assertThat(rig.ended(2).client().getHostAddress()).isEqualTo("192.0.2.9");
    }
  }

  /** The loop's buffer is shared, with the position and limit that its last user left. */
  @ParameterizedTest
  @EnumSource
  void aHeaderIsSeenWhateverTheLoopReceivedBefore(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "");
        Socket first = rig.connect()) {
      first.getOutputStream().write(joined(TWO, octets("05 01 00")));
      expect(first, "05 00");
      first.getOutputStream().write(5); // one octet of a request is all that is in the buffer
      try (Socket second = rig.connect()) {
        second.getOutputStream().write(joined(ONE, octets("05 01 00")));
        expect(second, "05 00");
      }
      assertThat(rig.count(Counter.BUGS)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBalancerThatSpeaksForItselfIsTheClient(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "");
        Socket client = rig.connect()) {
      byte[] local = octets("0D0A0D0A000D0A515549540A" + "20000000");
      client.getOutputStream().write(joined(local, octets("05 01 00")));
      expect(client, "05 00");
      int port = client.getLocalPort();
      client.close();
      assertThat(rig.ended(1).client().isLoopbackAddress()).isTrue();
      assertThat(rig.ended(1).clientPort()).isEqualTo(port);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHeaderThatIsTooLateIsLoggedAndClosedWithoutAWord(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "handshake-timeout: 200ms");
        Socket client = rig.connect()) {
      client.getOutputStream().write(Arrays.copyOf(TWO, TWO.length - 1));
      expectEndOrReset(client);
      assertThat(rig.securityLog())
          .singleElement()
          .asString()
          .contains("handshake failed client=127.0.0.1 reason=handshake-timeout")
          .endsWith("detail=\"no PROXY protocol header\"");
      assertThat(rig.telemetry.connections().concurrency().highest()).as("no session").isZero();
    }
  }

  /** It waited for the whole handshake timeout: its three octets might have become a header. */
  @Test
  void balancerThatSendsNoHeaderIsToldByItsFirstOctet() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      for (String first :
          List.of("05", "05 01 00", "04", "16", "50 52 4F 58 59 5F", "0D 0A 0D 05")) {
        ScriptedClient client = new ScriptedClient(rig);
        client.arriveByBalancer();
        client.says(first);
        assertThat(client.isClosed()).as(first).isTrue();
        assertThat(client.answers()).as(first).isEmpty();
      }
      assertThat(rig.securityLog().getFirst())
          .contains("reason=protocol-error")
          .contains("SOCKS 5 came; set the balancer to send the header");
      assertThat(rig.admission.penalties().sources()).isZero();
    }
  }

  /** Otherwise one broken client would lock out everybody behind the same balancer. */
  @ParameterizedTest
  @EnumSource
  void aBalancerIsNotPenalisedForWhatItsConnectionsSay(Kind kind) throws Exception {
    byte[] malformed = TWO.clone();
    malformed[12] = 0x31; // version 3
    try (SessionRig rig = open(kind, "")) {
      for (int i = 0; i < 20; i++) {
        try (Socket client = rig.connect()) {
          client.getOutputStream().write(malformed);
          expectEndOrReset(client);
        }
      }
      assertThat(rig.admission.penalties().sources()).isZero();
      try (Socket client = rig.connect()) {
        client.getOutputStream().write(joined(TWO, octets("05 01 00")));
        expect(client, "05 00");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPenalisedClientBehindABalancerIsRefusedAndOthersAreNot(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "")) {
      InetAddress guesser = InetAddress.getByName("192.0.2.9");
      for (int i = 0; i < 7; i++) {
        rig.admission.penalties().penalise(guesser, Penalties.Reason.AUTHENTICATION_FAILED);
      }
      try (Socket client = rig.connect()) {
        client.getOutputStream().write(joined(TWO, octets("05 01 00")));
        expectEndOrReset(client);
      }
      assertThat(rig.count(Counter.REFUSED_PENALISED)).isEqualTo(1);
      try (Socket client = rig.connect()) {
        String other = "PROXY TCP4 192.0.2.10 198.51.100.1 40000 1080\r\n";
        client.getOutputStream().write(joined(other.getBytes(US_ASCII), octets("05 01 00")));
        expect(client, "05 00");
      }
    }
  }

  /** Everybody behind it was refused for what its health checks said. */
  @Test
  void aBalancersHealthChecksArePenalisedNeverAndItsClientsByTheirOwnAddress() throws Exception {
    byte[] local = octets("0D0A0D0A000D0A515549540A" + "20000000");
    byte[] unknown = "PROXY UNKNOWN\r\n".getBytes(US_ASCII);
    InetAddress balancer = ScriptedClient.ADDRESS.getAddress();
    try (SessionRig rig = open(Kind.NIO, "")) {
      for (int i = 0; i < 20; i++) {
        ScriptedClient check = new ScriptedClient(rig);
        check.arriveByBalancer();
        check.says(joined(i % 2 == 0 ? local : unknown, octets("05 00"))); // malformed
        check.ends();
        assertThat(check.isClosed()).isTrue();
      }
      assertThat(rig.admission.penalties().sources()).isZero();
      ScriptedClient client = new ScriptedClient(rig);
      client.arriveByBalancer();
      client.says(joined(ONE, octets("05 00")));
      client.ends();
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.admission.penalties().penalty(balancer)).isZero();
      assertThat(rig.admission.penalties().penalty(InetAddress.ofLiteral("192.0.2.9")))
          .isPositive();
      assertThat(rig.admission.connections()).isZero();
    }
  }

  /** Health checks do that all day: nothing is logged, and no place is kept. */
  @Test
  void whoEndsOrBreaksBeforeTheHeaderIsWholeGivesItsPlaceBack() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      ScriptedClient silent = new ScriptedClient(rig);
      silent.arriveByBalancer();
      silent.ends();
      ScriptedClient half = new ScriptedClient(rig);
      half.arriveByBalancer();
      half.says(Arrays.copyOf(ONE, 20));
      assertThat(half.isClosed()).isFalse();
      half.ends();
      ScriptedClient broken = new ScriptedClient(rig);
      broken.arriveByBalancer();
      broken.breaks(Errno.ECONNRESET);
      for (ScriptedClient client : List.of(silent, half, broken)) {
        assertThat(client.isClosed()).isTrue();
        assertThat(client.answers()).isEmpty();
      }
      assertThat(rig.admission.connections()).isZero();
    }
  }

  @Test
  void aConnectionThatTheSystemDoesNotWatchGivesItsPlaceBack() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      ScriptedClient balanced = new ScriptedClient(rig);
      balanced.registers = false;
      balanced.arriveByBalancer();
      assertThat(balanced.isClosed()).isTrue();
      ScriptedClient client = new ScriptedClient(rig);
      client.registers = false;
      client.arrive();
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.OUT_OF_RESOURCES);
      assertThat(rig.admission.connections()).isZero();
    }
  }

  @Test
  void aWaitThatMeetsABugEndsOnceAndIsCounted() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      ScriptedClient client = new ScriptedClient(rig);
      ProxyHeaderWait wait = client.arriveByBalancer();
      client.onLoop(
          () -> {
            wait.onBug(new IllegalStateException("a bug for this test"));
            wait.end(EndReason.DRAINED);
          });
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.count(Counter.BUGS)).isEqualTo(1);
      assertThat(rig.admission.connections()).isZero();
    }
  }
}
