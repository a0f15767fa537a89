package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEnd;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.Account;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.MalformedHandshakes;
import dev.argyle.wire.UserName;
import java.io.DataInputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of a server in this process, on either kind of sockets. */
@Timeout(60)
@Tag("play")
class ClientSessionTest {

  private static final String NAME_REQUEST = "05 01 00 03 04 6E 61 6D 65 00 50"; // name:80

  @TempDir Path data;

  private SessionRig open(Kind kind) throws Exception {
    return open(kind, "", "");
  }

  private SessionRig open(Kind kind, String socks, String rules) throws Exception {
    return new SessionRig(kind, data, socks, rules);
  }

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
  void aRefusalIsNotLostToAResetThoughMuchWasSentBehindTheRequest(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "", "rules:\n  - { allow: false }\n");
        Socket client = rig.connect()) {
      send(client, "05 01 00" + rig.connectRequest());
      client.getOutputStream().write(new byte[1 << 20]);
      expect(client, "05 00 05 02 00 01 00 00 00 00 00 00");
      expectEnd(client);
      client.close();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
      assertThat(ended.reply()).isEqualTo(2);
      assertThat(rig.count(Counter.REPLY_02)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatLeavesWhileItsRequestIsUnderWayEndsTheAttemptAtOnce(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      try (Socket client = rig.connect()) {
        send(client, "05 01 00" + NAME_REQUEST);
        expect(client, "05 00");
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> rig.lookups.get() == 1);
      }
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      assertThat(rig.lookupsCancelled).hasValue(1);
    }
  }

  private interface Sending {
    void run() throws Exception;
  }

  private static final String NOT_REACHED = "05 04 00 01 00 00 00 00 00 00";

  @ParameterizedTest
  @EnumSource
  void anEndRightBehindAllThatAClientSendsIsNoLeaveHoweverSlowTheNameServerIs(Kind kind)
      throws Exception {
    try (SessionRig rig = open(kind, "connect-timeout: 500ms", "");
        Socket client = rig.connect()) {
      sendTogether(
          rig,
          () -> {
            send(client, "05 01 00" + NAME_REQUEST);
            client.shutdownOutput();
          });
      expect(client, "05 00" + NOT_REACHED);
      expectEnd(client);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndRightBehindCredentialsAndRequestIsNoLeave(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "connect-timeout: 500ms\nauthentication: [password]", "");
        Socket client = rig.connect()) {
      rig.addUser("ana", "a-password");
      sendTogether(
          rig,
          () -> {
            send(client, "05 01 02" + credentials("ana", "a-password") + NAME_REQUEST);
            client.shutdownOutput();
          });
      expect(client, "05 02 01 00" + NOT_REACHED);
      expectEnd(client);
    }
  }

  @Test
  void anEndBehindARequestThatWaitedForItsTurnIsNoLeaveEither() throws Exception {
    try (SessionRig rig = open(Kind.LINUX, "connect-timeout: 500ms", "");
        Socket client = rig.connect()) {
      send(client, "05 01 00");
      expect(client, "05 00");
      send(client, NAME_REQUEST);
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> rig.lookups.get() == 1);
      client.shutdownOutput();
      expect(client, NOT_REACHED);
      expectEnd(client);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndRightBehindTheRequestIsPassedOnAndTheOtherDirectionFlows(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      sendTogether(
          rig,
          () -> {
            send(client, "05 01 00" + rig.connectRequest());
            client.shutdownOutput();
          });
      try (Socket target = rig.accept()) {
        expect(client, "05 00 05 00 00 01");
        client.getInputStream().readNBytes(6);
        expectEnd(target);
        send(target, "62 61 6E 6E 65 72");
        expect(client, "62 61 6E 6E 65 72");
      }
      expectEnd(client);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.DONE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anEndRightBehindABindIsNoLeaveAndItsPeerIsAwaited(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      sendTogether(
          rig,
          () -> {
            send(client, "05 01 00 05 02 00 01 00 00 00 00 00 00");
            client.shutdownOutput();
          });
      expect(client, "05 00 05 00 00 01 7F 00 00 01");
      int port = new DataInputStream(client.getInputStream()).readUnsignedShort();
      try (Socket peer = new Socket("127.0.0.1", port)) {
        peer.setSoTimeout(10_000);
        expect(client, "05 00 00 01 7F 00 00 01");
        client.getInputStream().readNBytes(2);
        send(peer, "62 61 6E 6E 65 72");
        expect(client, "62 61 6E 6E 65 72");
        expectEnd(peer);
      }
    }
  }

  @Test
  void whoeverClosesBehindABindIsFoundOutByTheReplyAndItsListenerIsClosed() throws Exception {
    try (SessionRig rig = open(Kind.LINUX);
        Socket client = rig.connect()) {
      sendTogether(
          rig,
          () -> {
            send(client, "05 01 00 05 02 00 01 00 00 00 00 00 00");
            client.close();
          });
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoeverClosesWhileItsBindWaitsEndsTheWaitAtOnce(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      send(client, "05 01 00 05 02 00 01 00 00 00 00 00 00");
      expect(client, "05 00 05 00 00 01 7F 00 00 01");
      client.getInputStream().readNBytes(2);
      client.close();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
    }
  }

  /** Sends, and closes before anything of it is read: octets and end are one event. */
  private static void sendAndClose(SessionRig rig, Socket client, String hex) throws Exception {
    sendTogether(
        rig,
        () -> {
          send(client, hex);
          client.close();
        });
  }

  /** What is sent becomes one event. */
  private static void sendTogether(SessionRig rig, Sending sends) throws Exception {
    AtomicBoolean sent = new AtomicBoolean();
    for (SocketLoop loop : rig.sockets) {
      loop.eventLoop()
          .execute(
              () -> {
                while (!sent.get()) {
                  Thread.onSpinWait();
                }
              });
    }
    try {
      sends.run();
    } finally {
      sent.set(true);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatIsGoneBeforeItsRequestIsReadEndsTheAttemptAtOnce(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      send(client, "05 01 00");
      expect(client, "05 00");
      sendAndClose(rig, client, NAME_REQUEST);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      assertThat(rig.lookupsCancelled).hasValue(rig.lookups.get());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatIsGoneBeforeItsPasswordIsReadDoesNotWaitForItsTurn(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "authentication: [password]", "");
        Socket client = rig.connect()) {
      List<TurnQueue.Turn> turns = new CopyOnWriteArrayList<>();
      for (int i = 0; i < Admission.PASSWORDS_OF_A_SOURCE; i++) {
        rig.admission.passwordTurns().ask(client.getLocalAddress(), turns::add);
      }
      send(client, "05 01 02");
      expect(client, "05 02");
      sendAndClose(rig, client, SessionRig.credentials("ana", "a-password"));
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).as("nobody judged it").isZero();
      turns.forEach(TurnQueue.Turn::end);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aConnectThatTakesTooLongIsAnsweredAndEnded(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "connect-timeout: 200ms", "");
        Socket client = rig.connect()) {
      send(client, "05 01 00" + NAME_REQUEST);
      expect(client, "05 00 05 04 00 01 00 00 00 00 00 00");
      expectEnd(client);
      client.close();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.DIAL_TIMEOUT);
      assertThat(rig.lookupsCancelled).hasValue(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aNameThatNoRuleLetsOutIsNotLookedUp(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "", "rules:\n  - { allow: false }\n");
        Socket client = rig.connect()) {
      send(client, "05 01 00" + NAME_REQUEST);
      expect(client, "05 00 05 02 00 01 00 00 00 00 00 00");
      assertThat(rig.lookups).hasValue(0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatHalfClosesBehindPipelinedPayloadIsServed(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      send(client, "05 01 00" + rig.connectRequest() + "47 45 54");
      client.shutdownOutput();
      try (Socket target = rig.accept()) {
        assertThat(new String(target.getInputStream().readAllBytes(), US_ASCII)).isEqualTo("GET");
        target.getOutputStream().write(new byte[] {'o', 'k'});
      }
      byte[] all = client.getInputStream().readAllBytes();
      assertThat(all).hasSize(2 + 10 + 2).endsWith('o', 'k');
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.DONE);
      assertThat(ended.up()).isEqualTo(3);
      assertThat(ended.down()).isEqualTo(2);
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
  void aRemovedUsersConnectionsCloseAtOnceAndTheOthersGoOn(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.addUser("ana", "secret");
      rig.addUser("bea", "secret");
      rig.addUser("eva", "secret");
      rig.addUser("ida", "secret");
      try (Socket ana = rig.tunnelOf("ana", "secret");
          Socket bea = rig.tunnelOf("bea", "secret");
          Socket eva = rig.tunnelOf("eva", "secret");
          Socket ida = rig.tunnelOf("ida", "secret")) {
        for (int i = 0; i < 3; i++) {
          rig.accept();
        }
        Socket idasTarget = rig.accept();
        rig.accounts.remove(UserName.of("ana"));
        expectEndOrReset(ana);
        assertThat(rig.ended(1).reason()).isEqualTo(EndReason.USER_REMOVED);
        rig.accounts.setEnabled(UserName.of("bea"), false);
        expectEndOrReset(bea);
        rig.accounts.rename(UserName.of("eva"), UserName.of("eve"));
        expectEndOrReset(eva);
        assertThat(rig.ended(3).user()).isEqualTo("eva");
        idasTarget.getOutputStream().write('x');
        assertThat(ida.getInputStream().read()).isEqualTo('x');
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLoginIsTheUsersLastConnection(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.addUser("ana", "secret");
      rig.tunnelOf("ana", "secret").close();
      assertThat(rig.accounts.find(UserName.of("ana")))
          .isNotNull()
          .extracting(Account::lastConnectionMillis, InstanceOfAssertFactories.LONG)
          .isPositive();
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
  void aProxyHeaderIsBelievedFromWhereTheConfigurationSaysSo(Kind kind) throws Exception {
    String header = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 1080\r\n";
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "");
        Socket client = rig.connect()) {
      for (byte octet : header.getBytes(US_ASCII)) {
        client.getOutputStream().write(octet);
      }
      send(client, "05 01 00 05 02 00");
      expect(client, "05 00");
      client.close();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.client().getHostAddress()).isEqualTo("192.0.2.7");
      assertThat(ended.clientPort()).isEqualTo(40000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProxyHeaderFromAnywhereElseIsNotBelieved(Kind kind) throws Exception {
    String header = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 1080\r\n";
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"192.0.2.0/24\"] }", "");
        Socket client = rig.connect()) {
      client.getOutputStream().write(header.getBytes(US_ASCII));
      expectEndOrReset(client);
      assertThat(rig.ended(1).client().isLoopbackAddress()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoSendsNoProxyHeaderWhereOneIsDueIsClosedAndLogged(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "");
        Socket client = rig.connect()) {
      client.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      expectEndOrReset(client);
      assertThat(rig.securityLog().getFirst()).contains("handshake failed client=127.0.0.1");
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

  @ParameterizedTest
  @EnumSource
  void octetsSentAheadOfTheLoginsAnswerWaitForIt(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      rig.addUser("ana", "secret");
      send(client, "05 01 02" + credentials("ana", "secret") + rig.connectRequest() + "68 69");
      expect(client, "05 02 01 00 05 00 00 01");
      try (Socket target = rig.accept()) {
        assertThat(target.getInputStream().readNBytes(2)).containsExactly('h', 'i');
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatWaitsForABalancersHeaderIsNoSessionThatKeepsTheServerFromStopping(Kind kind)
      throws Exception {
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "");
        Socket waits = rig.connect();
        Socket client = rig.connect()) {
      Awaitility.await().until(() -> rig.admission.connections() == 2);
      send(client, HexFormat.of().formatHex("PROXY UNKNOWN\r\n".getBytes(US_ASCII)) + "050100");
      expect(client, "05 00");
      assertThat(rig.sessions()).isEqualTo(1);
      client.close();
      Awaitility.await().until(() -> rig.sessions() == 0);
      assertThat(waits.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void balancersHeadersAreReadWhateverTheLoopHasReadBefore(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "proxy-protocol: { from: [\"127.0.0.0/8\"] }", "")) {
      String header = "PROXY TCP4 192.0.2.7 198.51.100.1 40000 1080\r\n";
      for (int i = 0; i < 3; i++) {
        try (Socket client = rig.connect()) {
          client.getOutputStream().write(header.substring(0, 20).getBytes(US_ASCII));
          Awaitility.await().until(() -> rig.admission.connections() > 0);
          client.getOutputStream().write(header.substring(20).getBytes(US_ASCII));
          send(client, "05 01 00");
          expect(client, "05 00"); // a short receive, before the next header
        }
        rig.ended(i + 1);
      }
      assertThat(rig.count(Counter.BUGS)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatResetsBehindPayloadWhileItsBindWaitsIsNoticed(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      try (Socket client = rig.connect()) {
        send(client, "05 01 00 05 02 00 01 00 00 00 00 00 00 68 69"); // payload behind BIND
        expect(client, "05 00 05 00 00 01");
        send(client, "6A");
        client.setSoLinger(true, 0);
      }
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
    }
  }
}
