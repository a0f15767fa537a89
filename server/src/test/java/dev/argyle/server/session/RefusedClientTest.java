package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEnd;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.MalformedHandshakes;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that get nothing, and what is told of them: answer, log, counter. */
@Timeout(60)
@Tag("play")
class RefusedClientTest extends SessionCase {

  @ParameterizedTest
  @EnumSource
  void handshakeThatNeverEndsIsCutOffAtItsTimeout(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "handshake-timeout: 200ms", "");
        Socket client = rig.connect()) {
      send(client, "05 02");
      expectEnd(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.HANDSHAKE_TIMEOUT);
      assertThat(rig.count(Counter.HANDSHAKE_TIMEOUTS)).isEqualTo(1);
      assertThat(rig.securityLog())
          .singleElement()
          .asString()
          .endsWith(
              "handshake failed client=127.0.0.1 reason=handshake-timeout count=1 door=socks"
                  + " detail=\"no greeting came\"");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoSpeaksSomethingElseIsClosedWithoutAWordAndLogged(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      send(client, "16 03 01 02 00");
      expectEndOrReset(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.PROTOCOL_ERROR);
      assertThat(rig.securityLog().getFirst()).contains(" reason=protocol-error ");
      assertThat(rig.ended(1).command()).as("no line in the access log").isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMalformedRequestIsCountedAndHasItsLine(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      send(client, "05 01 00 05 F0 00 01 7F 00 00 01 00 50");
      expect(client, "05 00 05 07 00 01 00 00 00 00 00 00");
      client.close();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.command()).isNull();
      assertThat(ended.reply()).isEqualTo(7);
      assertThat(ended.reason()).isEqualTo(EndReason.COMMAND_NOT_SUPPORTED);
      assertThat(rig.count(Counter.OTHER_REQUESTS)).isEqualTo(1);
      assertThat(rig.count(Counter.REPLY_07)).isEqualTo(1);
      assertThat(rig.admission.penalties().sources()).as("it may be a Tor client").isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsAnsweredLoggedAndOwedFor(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      rig.addUser("ana", "secret");
      send(client, "05 01 02" + credentials("ana", "wrong") + rig.connectRequest());
      expect(client, "05 02 01 01");
      expectEnd(client);
      client.close();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.AUTHENTICATION_FAILED);
      assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
      assertThat(rig.securityLog().getFirst())
          .contains("authentication failed user=\"ana\" client=127.0.0.1");
      assertThat(rig.admission.penalties().penalty(client.getInetAddress())).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsAcceptedAfterNoAcceptableMethod(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [password]\nhandshake-timeout: 300ms", "");
        Socket client = rig.connect()) {
      send(client, "05 01 00" + rig.connectRequest());
      expect(client, "05 FF");
      expectEnd(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.NO_ACCEPTABLE_METHOD);
      assertThat(rig.securityLog().getFirst()).contains(" reason=no-acceptable-method ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void clientsBeyondTheLimitAreClosedCountedAndLogged(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "max-connections: 1", "");
        Socket first = rig.connect()) {
      send(first, "05 01 00");
      expect(first, "05 00");
      try (Socket second = rig.connect()) {
        expectEndOrReset(second);
      }
      assertThat(rig.count(Counter.REFUSED_TOO_MANY)).isEqualTo(1);
      assertThat(rig.securityLog().getFirst()).contains("refused client=127.0.0.1 reason=too-many");
      send(first, rig.connectRequest());
      assertThat(first.getInputStream().readNBytes(10)[1]).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theRuleThatDeniedIsNamedWhereTheConnectionIsLogged(Kind kind) throws Exception {
    String rules = "rules:\n  - { allow: true, ports: [1] }\n  - { allow: false }\n";
    try (SessionRig rig = open(kind, "", rules);
        Socket client = rig.connect()) {
      send(client, "05 01 00" + rig.connectRequest());
      expect(client, "05 00 05 02 00 01 00 00 00 00 00 00");
      client.close();
      assertThat(rig.ended(1).ending().detail()).startsWith("rule 2 (test.yaml:");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theErrorOfAConnectIsNamedWhereTheConnectionIsLogged(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      String request = rig.connectRequest();
      rig.target.close();
      send(client, "05 01 00" + request);
      expect(client, "05 00 05 05 00 01 00 00 00 00 00 00");
      client.close();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.DIAL_FAILED);
      assertThat(ended.ending().detail()).isEqualTo("connection refused");
    }
  }

  @ParameterizedTest
  @EnumSource
  void theMethodsThatWereOfferedAreNamedWhereNoneIsAcceptable(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [password]", "");
        Socket client = rig.connect()) {
      send(client, "05 02 00 80");
      expect(client, "05 FF");
      client.close();
      assertThat(rig.ended(1).ending().detail())
          .isEqualTo("methods 0x00, 0x80 offered, none acceptable");
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMissingIsNamedWhereAHandshakeIsTooLate(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "handshake-timeout: 200ms", "");
        Socket client = rig.connect()) {
      send(client, "05 01 00");
      expect(client, "05 00");
      expectEnd(client);
      assertThat(rig.ended(1).ending().detail()).isEqualTo("no request came");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMalformedHandshakeIsKeptWithItsPlaceAndNoPassword(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.addUser("ana", "secret");
      try (Socket client = rig.connect()) {
        send(client, "05 01 02" + credentials("ana", "secret") + "04 01 00 01 7F 00 00 01 00 50");
        expect(client, "05 02 01 00 05 01 00 01 00 00 00 00 00 00");
      }
      try (Socket client = rig.connect()) {
        send(client, "05 01 02 02 03 61 6E 61 06 73 65 63 72 65 74"); // VER of the login is 02
        expect(client, "05 02 01");
      }
      rig.ended(2);
      List<MalformedHandshakes.Entry> kept = rig.telemetry.malformedHandshakes().newestFirst();
      assertThat(kept).hasSize(2);
      assertThat(kept.getFirst().offset()).as("behind the greeting").isEqualTo(3);
      assertThat(kept.getFirst().octets()).isEmpty();
      assertThat(kept.getLast().offset()).as("behind the password").isEqualTo(3 + 12);
      assertThat(kept.getLast().octets()).isEqualTo("04 01 00 01 7F 00 00 01");
      assertThat(kept.getLast().reason().reason()).isEqualTo(EndReason.PROTOCOL_ERROR);
    }
  }
}
