package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEnd;
import static dev.argyle.server.session.SessionRig.send;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import java.io.DataInputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that end what they send, close or reset, at any point of a request. */
@Timeout(60)
@Tag("play")
class ClientLeavesTest extends SessionCase {

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
  private interface Sending {
    void run() throws Exception;
  }

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
