package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.expectEnd;
import static dev.argyle.server.session.SessionRig.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.EndReason;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A refused client gets its answer whole, and keeps neither a descriptor nor its loop for long. */
@Timeout(60)
@Tag("play")
class RefusalStageTest {

  private static final String DENY = "rules:\n  - { allow: false }\n";
  private static final String REQUEST = "05 01 00 05 01 00 01 7F 00 00 01 00 50";
  private static final String DENIED = "0500" + "05020001000000000000";

  @TempDir Path data;

  private SessionRig open(Kind kind, String socks) throws Exception {
    return new SessionRig(kind, data, socks, DENY);
  }

  @ParameterizedTest
  @EnumSource
  void whoGoesOnSendingIsCutOffAtTheBound(Kind kind) throws Exception {
    AtomicLong sent = new AtomicLong();
    try (SessionRig rig = open(kind, "");
        Socket client = rig.connect()) {
      send(client, REQUEST);
      expect(client, DENIED);
      expectEnd(client);
      byte[] chunk = new byte[64 * 1024];
      assertThatThrownBy(
              () -> {
                while (sent.addAndGet(chunk.length) < 64 * RefusalStage.LINGER_OCTETS) {
                  client.getOutputStream().write(chunk);
                }
              })
          .isInstanceOf(IOException.class);
      assertThat(sent).hasValueGreaterThan(RefusalStage.LINGER_OCTETS);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoeverDoesNotCloseAfterNoAcceptableMethodIsClosedAtTheHandshakesDeadline(Kind kind)
      throws Exception {
    try (SessionRig rig = open(kind, "authentication: [password]\nhandshake-timeout: 300ms");
        Socket client = rig.connect()) {
      send(client, "05 01 00");
      expect(client, "05 FF");
      client.setSoTimeout(10_000);
      expectEnd(client);
      assertThat(rig.ended(1).durationMillis()).isGreaterThanOrEqualTo(290);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.NO_ACCEPTABLE_METHOD);
    }
  }

  /** RFC 1928, section 3: the client must close. */
  @Test
  void afterNoAcceptableMethodTheClientMayCloseFirst() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "authentication: [password]")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says("05 01 00");
      assertThat(client.answers()).isEqualTo("05FF");
      assertThat(client.outputEnded).isFalse();
      assertThat(client.isClosed()).isFalse();
      client.ends();
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void aRefusedClientThatNeverClosesIsClosedAfterTheLinger() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      long before = System.nanoTime();
      client.says(REQUEST);
      long after = System.nanoTime();
      assertThat(client.answers()).isEqualTo(DENIED);
      assertThat(client.outputEnded).isTrue();
      client.sweep(before + RefusalStage.LINGER_NANOS - 1);
      assertThat(client.isClosed()).isFalse();
      client.sweep(after + RefusalStage.LINGER_NANOS);
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
      assertThat(rig.ended(1).reply()).isEqualTo(2);
    }
  }

  @Test
  void whatARefusedClientSendsDoesNotProlongItsLinger() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says(REQUEST);
      long after = System.nanoTime();
      client.says("00 01 02");
      assertThat(client.isClosed()).isFalse();
      client.sweep(after + RefusalStage.LINGER_NANOS);
      assertThat(client.isClosed()).isTrue();
    }
  }

  @Test
  void whatComesWithoutEndIsReadInTurnsAndNoFurtherThanTheBound() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says(REQUEST);
      int share = rig.sockets.getFirst().turns().shareOctets() / SocketLoop.BUFFER_OCTETS;
      client.onLoop(
          () -> {
            client.endless = true;
            int before = client.receives;
            client.event();
            assertThat(client.receives - before).as("receives of one turn").isEqualTo(share);
            client.event();
            assertThat(client.receives - before).as("an event is no turn").isEqualTo(share);
            client.receives = 0;
          });
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(client::isClosed);
      long bound = RefusalStage.LINGER_OCTETS / SocketLoop.BUFFER_OCTETS;
      assertThat((long) client.receives).as("in all").isEqualTo(bound + 1 - share);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
    }
  }

  @Test
  void aClientThatBreaksOrTakesNoAnswerIsRefusedAllTheSame() throws Exception {
    try (SessionRig rig = open(Kind.NIO, "")) {
      ScriptedClient resets = new ScriptedClient(rig);
      resets.arrive();
      resets.says(REQUEST);
      resets.breaks(Errno.ECONNRESET);
      assertThat(resets.isClosed()).isTrue();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
      ScriptedClient full = new ScriptedClient(rig);
      full.arrive();
      full.says("05 01 00");
      full.onLoop(() -> full.accepts = 9); // of 10 octets
      full.says(REQUEST.substring("05 01 00 ".length()));
      assertThat(full.isClosed()).isTrue();
      assertThat(rig.ended(2).reason()).isEqualTo(EndReason.REFUSED_BY_RULE);
    }
  }
}
