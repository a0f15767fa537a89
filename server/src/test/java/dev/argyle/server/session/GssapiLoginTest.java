package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEnd;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.relay.LoopMemory;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.session.gssapi.Initiator;
import dev.argyle.server.session.gssapi.KerberosRealm;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.UserName;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a login costs whom: clients that leave in the middle of it, and failures of ours. */
@Timeout(60)
@Tag("play")
class GssapiLoginTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir Path data;

  private SessionRig open(Kind kind, String more) throws Exception {
    return new SessionRig(kind, data, socks(), more);
  }

  private static String socks() throws Exception {
    return "authentication: [gssapi, password]\ngssapi: { keytab: '%s' }\n"
        .formatted(KerberosRealm.running().keytab());
  }

  private static void greet(Socket client) throws Exception {
    send(client, "05 01 01");
    expect(client, "05 01");
  }

  private static void sendToken(Socket client, Token token) throws Exception {
    client.getOutputStream().write(token.octets());
  }

  private static Token nonsense() {
    return new Token(Purpose.CONTEXT, new byte[100]);
  }

  private static List<TurnQueue.Turn> takeAllTurns(SessionRig rig) {
    List<TurnQueue.Turn> taken = new CopyOnWriteArrayList<>();
    for (int i = 0; i < Admission.TOKENS_OF_A_SOURCE; i++) {
      rig.admission.tokenTurns().ask(HERE, taken::add);
    }
    assertThat(taken).as("turns that nobody else holds").hasSize(Admission.TOKENS_OF_A_SOURCE);
    return taken;
  }

  private static void giveThemBack(List<TurnQueue.Turn> turns) {
    turns.forEach(TurnQueue.Turn::end);
  }

  private static void awaitAttempts(SessionRig rig, int attempts) {
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> rig.count(Counter.AUTHENTICATION_ATTEMPTS) == attempts);
  }

  private static void awaitFailures(SessionRig rig, int failures) {
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> rig.count(Counter.AUTHENTICATION_FAILURES) == failures);
  }

  /** A client that has sent most of a token, and waits for its end. */
  private static Socket withAPartOfAToken(SessionRig rig) throws Exception {
    Socket client = rig.connect();
    greet(client);
    byte[] part = new byte[60_000];
    part[0] = 1; // version, purpose, and a length that the rest of it does not reach
    part[1] = 1;
    part[2] = -1;
    part[3] = -1;
    client.getOutputStream().write(part);
    return client;
  }

  @ParameterizedTest
  @EnumSource
  void tokensThatAreNeverWholeFillTheirPartOfTheHeapAndNoMore(Kind kind) throws Exception {
    LoopMemory memory = new LoopMemory(1 << 24, 200_000, 1 << 24);
    try (SessionRig rig = new SessionRig(kind, data, socks(), "", 1, LinuxSyscalls::new, memory);
        Socket first = withAPartOfAToken(rig)) {
      try (Socket second = withAPartOfAToken(rig)) {
        expectEndOrReset(second);
      }
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.OUT_OF_RESOURCES);
      assertThat(rig.count(Counter.REFUSED_MEMORY)).isEqualTo(1);
      assertThat(rig.securityLog()).singleElement().asString().contains("no memory");
      try (Socket other = rig.connect()) {
        greet(other); // who sends little is served
      }
      assertThat(rig.ended(2).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      first.close();
      rig.ended(3);
      try (Socket third = withAPartOfAToken(rig)) {
        sendToken(third, nonsense());
      }
      rig.ended(4);
      assertThat(rig.count(Counter.REFUSED_MEMORY)).as("there was room again").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokenWaitsForATurnAndGivesItBack(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "");
        Socket client = rig.connect()) {
      List<TurnQueue.Turn> turns = takeAllTurns(rig);
      greet(client);
      sendToken(client, nonsense());
      awaitAttempts(rig, 1);
      assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isZero();
      giveThemBack(turns);
      expect(client, "01 FF");
      expectEnd(client);
      takeAllTurns(rig);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokenOfAClientThatHasLeftIsNotLookedAt(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "")) {
      List<TurnQueue.Turn> turns = takeAllTurns(rig);
      try (Socket client = rig.connect()) {
        greet(client);
        sendToken(client, nonsense());
        awaitAttempts(rig, 1);
      }
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      giveThemBack(turns);
      try (Socket next = rig.connect()) {
        greet(next);
        sendToken(next, nonsense());
        expect(next, "01 FF");
      }
      assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoHangsUpBehindABadTokenOwesAsMuchAsWhoWaits(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "")) {
      try (Socket client = rig.connect()) {
        greet(client);
        client.setSoLinger(true, 0); // a reset
        sendToken(client, nonsense());
        awaitAttempts(rig, 1); // a reset may overtake what was not read yet
      }
      awaitFailures(rig, 1);
      assertThat(rig.admission.penalties().penalty(HERE)).isPositive();
      assertThat(rig.securityLog()).singleElement().asString().contains("authentication failed");
      takeAllTurns(rig);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoHangsUpBehindAWrongPasswordOwesAsMuchAsWhoWaits(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "")) {
      rig.addUser("ana", "secret");
      try (Socket client = rig.connect()) {
        send(client, "05 01 02");
        expect(client, "05 02");
        client.setSoLinger(true, 0);
        send(client, credentials("ana", "wrong"));
        awaitAttempts(rig, 1);
      }
      awaitFailures(rig, 1);
      assertThat(rig.admission.penalties().penalty(HERE)).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void userForWhomThereIsNoRoomOwesNothing(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "accounts: { max-users: 1 }\n");
        Socket client = rig.connect()) {
      rig.addUser("ben", "secret");
      loginAsAna(client);
      expect(client, "01 FF");
      expectEnd(client);
      client.close();
      expectOursAndOnlyLogged(rig);
      assertThat(rig.accounts.find(UserName.of("ana"))).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nobodyOwesForAStoreThatFails(Kind kind) throws Exception {
    try (SessionRig rig = open(kind, "");
        Socket client = rig.connect();
        Socket other = rig.connect()) {
      rig.accounts.close();
      loginAsAna(client);
      expect(client, "01 FF");
      expectEnd(client);
      client.close();
      expectOursAndOnlyLogged(rig);
      send(other, "05 01 02" + credentials("ana", "secret"));
      expect(other, "05 02 01 01");
      expectEnd(other);
      other.close();
      assertThat(rig.ended(2).reason()).isEqualTo(EndReason.ACCOUNTS_UNAVAILABLE);
      assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isZero();
      assertThat(rig.admission.penalties().sources()).isZero();
    }
  }

  private static void loginAsAna(Socket client) throws Exception {
    Initiator initiator = Initiator.of("ana");
    greet(client);
    sendToken(client, initiator.begin());
    DataInputStream in = new DataInputStream(client.getInputStream());
    assertThat(in.readUnsignedShort()).isEqualTo(0x0101);
    byte[] answer = new byte[in.readUnsignedShort()];
    in.readFully(answer);
    initiator.take(new Token(Purpose.CONTEXT, answer));
    sendToken(client, initiator.level(2));
  }

  private static void expectOursAndOnlyLogged(SessionRig rig) {
    assertThat(rig.ended(1).reason()).isEqualTo(EndReason.ACCOUNTS_UNAVAILABLE);
    assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isZero();
    assertThat(rig.admission.penalties().sources()).isZero();
    assertThat(rig.securityLog())
        .singleElement()
        .asString()
        .contains("handshake failed client=127.0.0.1 reason=accounts-unavailable");
  }
}
