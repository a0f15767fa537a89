package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEndOrReset;
import static dev.argyle.server.session.SessionRig.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.RuleRef;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From the reply on: payload that came early, and how a tunnel ends that neither side ends. */
@Timeout(60)
@Tag("play")
class TunnelStageTest {

  /** Also for clients from elsewhere. */
  private static final String ALLOW = "rules:\n  - { allow: true, to: [\"127.0.0.0/8\"] }\n";

  @TempDir Path data;

  private SessionRig open(Kind kind) throws Exception {
    return new SessionRig(kind, data, "", ALLOW);
  }

  private static Socket tunnel(SessionRig rig) throws IOException {
    Socket client = rig.connect();
    send(client, "05 01 00" + rig.connectRequest());
    expect(client, "05 00 05 00 00 01");
    client.getInputStream().readNBytes(6);
    return client;
  }

  private static void expectEcho(Socket from, Socket to) throws IOException {
    from.getOutputStream().write('x');
    assertThat(to.getInputStream().read()).isEqualTo('x');
  }

  @ParameterizedTest
  @EnumSource
  void aTunnelThatIsIdleTooLongIsClosedOnBothSides(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.relaySettings.idleTimeout(Duration.ofMillis(200));
      try (Socket client = tunnel(rig);
          Socket target = rig.accept()) {
        expectEcho(client, target);
        expectEndOrReset(client);
        expectEndOrReset(target);
        EndedConnection ended = rig.ended(1);
        assertThat(ended.reason()).isEqualTo(EndReason.IDLE_TIMEOUT);
        assertThat(ended.durationMillis()).isGreaterThanOrEqualTo(200);
        assertThat(ended.up()).isEqualTo(1);
        assertThat(rig.count(Counter.IDLE_TIMEOUTS)).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anotherThreadSeesTheRuleAndForHowLongNothingHasPassed(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket client = tunnel(rig);
        Socket target = rig.accept()) {
      expectEcho(client, target);
      LiveConnection live = rig.telemetry.connections().page(0, 1).getFirst();
      assertThat(live.rule()).isEqualTo(new RuleRef(1, "rule 1 (test.yaml:4)"));
      long aWhile = TimeUnit.MILLISECONDS.toNanos(50);
      Awaitility.await()
          .atMost(10, TimeUnit.SECONDS)
          .until(() -> live.idleNanos(System.nanoTime()) > aWhile);
      long before = System.nanoTime();
      expectEcho(client, target);
      Awaitility.await() // the octet is counted behind its send
          .atMost(10, TimeUnit.SECONDS)
          .until(
              () -> {
                long now = System.nanoTime();
                return live.idleNanos(now) <= now - before;
              });
      assertThat(rig.services.policy().rules().entries(System.nanoTime()).getFirst().hits().all())
          .isEqualTo(1);
    }
  }

  /** Its client or destination may have vanished without a word, and nothing else would tell. */
  @ParameterizedTest
  @EnumSource
  void aTunnelAtRestAsksWhetherBothItsPeersAreThere(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.sockets.forEach(loop -> loop.keepAlive(3600));
      try (Socket client = tunnel(rig);
          Socket target = rig.accept()) {
        expectEcho(client, target);
        int towardsTarget = target.getPort();
        Awaitility.await()
            .atMost(10, TimeUnit.SECONDS)
            .until(() -> asks(towardsTarget, target.getLocalPort()));
        if (kind == Kind.NIO) { // what a listener of Linux accepts asks from the start
          Awaitility.await()
              .atMost(10, TimeUnit.SECONDS)
              .until(() -> asks(client.getPort(), client.getLocalPort()));
        }
      }
    }
  }

  /** Whether the keep-alive timer of a connection runs (Linux, Documentation/networking). */
  private static boolean asks(int localPort, int remotePort) throws IOException {
    String local = "0100007F:%04X".formatted(localPort);
    String remote = "0100007F:%04X".formatted(remotePort);
    for (String line : Files.readAllLines(Path.of("/proc/net/tcp"))) {
      if (line.contains(" " + local + " " + remote + " ")) {
        return line.trim().split(" +")[5].startsWith("02:");
      }
    }
    for (String line : Files.readAllLines(Path.of("/proc/net/tcp6"))) {
      if (line.contains(":%04X ".formatted(localPort))
          && line.contains(":%04X ".formatted(remotePort))) {
        return line.trim().split(" +")[5].startsWith("02:");
      }
    }
    return false;
  }

  @ParameterizedTest
  @EnumSource
  void anotherThreadEndsOneTunnelInTheMidstOfItsOctetsAndNoOther(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket killed = tunnel(rig);
        Socket killedTarget = rig.accept();
        Socket other = tunnel(rig);
        Socket otherTarget = rig.accept()) {
      LiveConnection first = rig.telemetry.connections().page(0, 1).getFirst();
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> {
                try {
                  while (true) {
                    killed.getOutputStream().write(new byte[64 * 1024]);
                  }
                } catch (IOException ended) {
                  // as it must
                }
              });
      killedTarget.getInputStream().readNBytes(1 << 20);
      first.askToEnd(EndReason.KILLED);
      first.askToEnd(EndReason.KILLED); // twice is once
      sending.join();
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.KILLED);
      assertThat(ended.id()).isEqualTo(first.id());
      assertThat(ended.up()).isGreaterThanOrEqualTo(1 << 20);
      expectEcho(other, otherTarget);
      expectEcho(otherTarget, other);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoeverFailsToChooseATapEndsThatConnectionAndNoOther(Kind kind) throws Exception {
    try (SessionRig rig = open(kind);
        Socket before = tunnel(rig);
        Socket beforeTarget = rig.accept()) {
      expectEcho(before, beforeTarget); // so its tunnel stands, with no tap
      rig.services.taps(
          connection -> {
            throw new IllegalStateException("a bug for this test");
          });
      try (Socket client = rig.connect()) {
        send(client, "05 01 00" + rig.connectRequest());
        try (Socket target = rig.accept()) {
          expectEndOrReset(target);
        }
        EndedConnection ended = rig.ended(1);
        assertThat(ended.reason()).isEqualTo(EndReason.BUG);
        assertThat(ended.detail()).contains("a bug for this test");
        assertThat(rig.count(Counter.BUGS)).isEqualTo(1);
      }
      rig.services.taps(Taps.NONE);
      expectEcho(before, beforeTarget);
      tunnel(rig).close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTapThatFailsIsLeftOutAndTheTunnelGoesOn(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      rig.services.taps(
          connection ->
              (fromClient, octets) -> {
                throw new IllegalStateException("a bug for this test");
              });
      try (Socket client = tunnel(rig);
          Socket target = rig.accept()) {
        expectEcho(client, target);
        expectEcho(target, client);
        assertThat(rig.count(Counter.BUGS)).isEqualTo(1);
      }
      assertThat(rig.ended(1).reason()).isNotEqualTo(EndReason.BUG);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatIsGoneBeforeItsReplyLeavesNoConnectionToItsDestination(Kind kind)
      throws Exception {
    try (SessionRig rig = open(kind)) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says("05 01 00");
      client.onLoop(
          () -> {
            client.event();
            client.accepts = 3; // the reply is not taken whole
          });
      client.says(rig.connectRequest());
      try (Socket target = rig.accept()) {
        expectEndOrReset(target);
      }
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      assertThat(client.isClosed()).isTrue();
      ScriptedClient broken = new ScriptedClient(rig);
      broken.arrive();
      broken.says("05 01 00 05 01 00 03 04 6E 61 6D 65 00 50"); // the name is never resolved
      broken.breaks(Errno.ECONNRESET);
      assertThat(rig.ended(2).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      assertThat(rig.lookupsCancelled).hasValue(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void payloadBehindTheRequestArrivesWholeWhereverTheSegmentIsCut(Kind kind) throws Exception {
    try (SessionRig rig = open(kind)) {
      byte[] head = SessionRig.octets("05 01 00" + rig.connectRequest());
      for (int octets : new int[] {4 * 1024, 60 * 1024}) {
        byte[] payload = SessionRig.pattern(octets);
        byte[] all = Arrays.copyOf(head, head.length + octets);
        System.arraycopy(payload, 0, all, head.length, octets);
        for (int cut = 1; cut <= head.length + 2; cut++) {
          try (Socket client = rig.connect()) {
            client.getOutputStream().write(all, 0, cut);
            if (cut >= 3) {
              expect(client, "05 00"); // so the first part was received alone
            }
            client.getOutputStream().write(all, cut, all.length - cut);
            try (Socket target = rig.accept()) {
              assertThat(target.getInputStream().readNBytes(octets))
                  .as("%d octets, cut after octet %d", octets, cut)
                  .isEqualTo(payload);
            }
          }
        }
      }
      assertThat(rig.count(Counter.BUGS)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHalfCloseBehindPayloadIsPassedOnBehindAllOfIt(Kind kind) throws Exception {
    byte[] payload = SessionRig.pattern(60 * 1024);
    try (SessionRig rig = open(kind);
        Socket client = rig.connect()) {
      send(client, "05 01 00" + rig.connectRequest());
      client.getOutputStream().write(payload);
      client.shutdownOutput();
      try (Socket target = rig.accept()) {
        assertThat(target.getInputStream().readAllBytes()).isEqualTo(payload);
        target.getOutputStream().write(payload);
      }
      assertThat(client.getInputStream().readNBytes(12)).startsWith(5, 0, 5, 0);
      assertThat(client.getInputStream().readAllBytes()).isEqualTo(payload);
      EndedConnection ended = rig.ended(1);
      assertThat(ended.reason()).isEqualTo(EndReason.DONE);
      assertThat(ended.up()).isEqualTo(payload.length);
      assertThat(ended.down()).isEqualTo(payload.length);
    }
  }
}
