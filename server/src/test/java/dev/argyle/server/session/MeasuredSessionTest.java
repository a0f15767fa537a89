package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.HandshakeOutcome;
import dev.argyle.server.telemetry.Histogram;
import dev.argyle.wire.socks.Method;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each session is counted and timed once, at each step that it comes to and at no other. */
@Timeout(60)
@Tag("play")
class MeasuredSessionTest {

  private static final String WITH_PASSWORD = "authentication: [password]\n";

  @TempDir Path data;

  private SessionRig open(Kind kind, String socks) throws Exception {
    return new SessionRig(kind, data, socks, "");
  }

  private static long timed(SessionRig rig, Histogram histogram) {
    return Arrays.stream(rig.telemetry.counters().times(histogram).counts()).sum();
  }

  private static void awaitHandshake(
      SessionRig rig, @Nullable Method method, HandshakeOutcome outcome) {
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> rig.telemetry.counters().handshakes(method, outcome) == 1);
    long all = 0;
    for (HandshakeOutcome each : HandshakeOutcome.values()) {
      all += rig.telemetry.counters().handshakes(null, each);
      for (Method any : Method.values()) {
        all += rig.telemetry.counters().handshakes(any, each);
      }
    }
    assertThat(all).as("handshakes of every kind").isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void aTunnelIsTimedFromAcceptToItsEnd(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [none]\n")) {
      Socket client = rig.connect();
      send(client, "05 01 00");
      expect(client, "05 00");
      send(client, rig.connectRequest());
      client.getInputStream().readNBytes(10);
      Socket remote = rig.accept();
      awaitHandshake(rig, Method.NONE, HandshakeOutcome.REQUEST);
      assertThat(timed(rig, Histogram.HANDSHAKE)).isEqualTo(1);
      assertThat(timed(rig, Histogram.DIAL)).isEqualTo(1);
      assertThat(timed(rig, Histogram.FIRST_OCTET)).as("nothing came yet").isZero();
      for (int i = 0; i < 3; i++) {
        send(remote, "01");
        expect(client, "01");
      }
      assertThat(timed(rig, Histogram.FIRST_OCTET)).isEqualTo(1);
      assertThat(timed(rig, Histogram.TUNNEL)).as("it stands").isZero();
      client.close();
      remote.close();
      rig.ended(1);
      assertThat(timed(rig, Histogram.TUNNEL)).isEqualTo(1);
      assertThat(rig.telemetry.counters().ends(EndReason.DONE)).isEqualTo(1);
      assertThat(timed(rig, Histogram.NAME_LOOKUP)).as("an address is not looked up").isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDialThatFailsHasNoTimeAndItsConnectionNoTunnel(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [none]\n")) {
      rig.target.close();
      Socket client = rig.connect();
      send(client, "05 01 00");
      expect(client, "05 00");
      send(client, rig.connectRequest());
      client.getInputStream().readNBytes(10);
      client.close();
      rig.ended(1);
      assertThat(timed(rig, Histogram.HANDSHAKE)).isEqualTo(1);
      assertThat(timed(rig, Histogram.DIAL)).isZero();
      assertThat(timed(rig, Histogram.TUNNEL)).isZero();
      assertThat(rig.telemetry.counters().ends(EndReason.DIAL_FAILED)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsDenied(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, WITH_PASSWORD)) {
      rig.addUser("ana", "right");
      try (Socket client = rig.connect()) {
        send(client, "05 01 02");
        expect(client, "05 02");
        send(client, credentials("ana", "wrong"));
        expect(client, "01 01");
      }
      awaitHandshake(rig, Method.PASSWORD, HandshakeOutcome.DENIED);
      assertThat(timed(rig, Histogram.HANDSHAKE)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientWithoutACommonMethodIsCountedSo(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, WITH_PASSWORD);
        Socket client = rig.connect()) {
      send(client, "05 01 00");
      expect(client, "05 FF");
      awaitHandshake(rig, null, HandshakeOutcome.NO_METHOD);
    }
  }

  @ParameterizedTest
  @EnumSource
  void garbageIsInvalid(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, WITH_PASSWORD);
        Socket client = rig.connect()) {
      send(client, "05 00");
      awaitHandshake(rig, null, HandshakeOutcome.INVALID);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoLeavesBeforeTheRequestHasLeft(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [none]\n")) {
      try (Socket client = rig.connect()) {
        send(client, "05 01 00");
        expect(client, "05 00");
      }
      awaitHandshake(rig, Method.NONE, HandshakeOutcome.LEFT);
      rig.ended(1);
      assertThat(rig.telemetry.counters().ends(EndReason.CLIENT_CLOSED)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoMakesNoRequestInTimeIsATimeout(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [none]\nhandshake-timeout: 200ms\n");
        Socket client = rig.connect()) {
      send(client, "05 01 00");
      expect(client, "05 00");
      awaitHandshake(rig, Method.NONE, HandshakeOutcome.TIMEOUT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoIsEndedByTheServerInItsHandshakeIsNobodysFault(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [none]\n");
        Socket client = rig.connect()) {
      send(client, "05 01 00");
      expect(client, "05 00");
      rig.server.endAll(EndReason.KILLED);
      awaitHandshake(rig, Method.NONE, HandshakeOutcome.ENDED);
    }
  }
}
