package dev.argyle.server.udp;

import static dev.argyle.server.udp.RecordingClient.TO_REMOTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.udp.RecordingLoop.RecordingPort;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which datagrams are passed on at once, and which wait for a turn, on a clock of the test's. */
@Tag("play")
class LoopShareTest {

  private static final LoopTurns.Loops LOOPS =
      new LoopTurns.Loops(1, Thread::new, NioIoHandler.newFactory());

  private final RecordingLoop loop = new RecordingLoop(LOOPS);
  private final UdpShare ana = new UdpShare();
  private final UdpShare ben = new UdpShare();

  @AfterAll
  static void loopsEnd() {
    LOOPS.group().shutdownGracefully();
  }

  private RecordingClient client(UdpShare user) {
    RecordingClient made = new RecordingClient(loop, user);
    made.sends(TO_REMOTE);
    made.pass(); // it has its socket towards remotes
    made.remotes().sent.clear();
    return made;
  }

  private static int passed(RecordingClient client) {
    return client.remotes().sent.size();
  }

  @Test
  void anEventPassesOnAFewAndTheRestWaitsForATurn() {
    RecordingClient flood = client(ana);
    flood.sends(1000, TO_REMOTE);
    flood.port.ready();
    assertThat(passed(flood)).isBetween(1, Inbox.SLOTS);
    assertThat(loop.turns()).isEqualTo(1);
    int atOnce = passed(flood);
    flood.port.ready(); // events meanwhile
    flood.port.ready();
    assertThat(passed(flood)).isEqualTo(atOnce);
    assertThat(loop.turns()).isEqualTo(1);
    loop.giveTurns();
    assertThat(passed(flood)).isEqualTo(1000);
  }

  @Test
  void associationsOfOneUserHaveOneTurnTogether() {
    List<RecordingClient> floods = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RecordingClient flood = client(ana);
      flood.sends(1000, TO_REMOTE);
      floods.add(flood);
    }
    RecordingClient other = client(ben);
    other.sends(1000, TO_REMOTE);
    floods.forEach(flood -> flood.port.ready());
    other.port.ready();
    assertThat(loop.turns()).as("users").isEqualTo(2);
    loop.nanosOfADatagram = LoopShare.TURN_NANOS / 8;
    floods.forEach(flood -> flood.remotes().sent.clear());
    other.remotes().sent.clear();
    for (int turn = 0; turn < 40; turn++) {
      loop.giveTurn();
    }
    int ofAna = floods.stream().mapToInt(LoopShareTest::passed).sum();
    assertThat(passed(other)).isBetween(ofAna * 3 / 4, ofAna * 4 / 3);
    assertThat(floods).as("they take turns").allMatch(flood -> passed(flood) > 0);
  }

  @Test
  void whoFloodsDoesNotKeepWhoSendsLittleWaitingForATurn() {
    List<RecordingClient> floods = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      RecordingClient flood = client(ana);
      flood.sends(3, TO_REMOTE); // little for each, much for all of them
      floods.add(flood);
    }
    RecordingClient quiet = client(ben);
    quiet.sends(TO_REMOTE);
    loop.nanos += PromptBudget.WINDOW_NANOS;
    loop.nanosOfADatagram = LoopShare.PROMPT_NANOS / 50;
    floods.forEach(flood -> flood.port.ready());
    quiet.port.ready();
    assertThat(floods.stream().mapToInt(LoopShareTest::passed).sum())
        .as("at once, in front of all turns: 50, and the batch that was under way")
        .isEqualTo(51);
    assertThat(passed(quiet)).isEqualTo(1);
    loop.giveTurns();
    assertThat(floods.stream().mapToInt(LoopShareTest::passed).sum()).isEqualTo(3 * 256);
  }

  /** On a busy machine each takes long; single ones then waited behind all bulk of the loop. */
  @Test
  void aFewDatagramsThatTakeLongDoNotMakeTheNextOnesWaitForATurn() {
    RecordingClient quiet = client(ana);
    loop.nanosOfADatagram = 3 * LoopShare.TURN_NANOS;
    for (int exchange = 1; exchange <= 20; exchange++) {
      loop.nanos += PromptBudget.WINDOW_NANOS;
      quiet.sends(2, TO_REMOTE);
      quiet.port.ready();
      assertThat(passed(quiet)).isEqualTo(2 * exchange);
      assertThat(loop.turns()).isZero();
    }
  }

  @Test
  void manyUsersTogetherAreServedAtOnceForABoundedTime() {
    List<RecordingClient> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RecordingClient one = client(new UdpShare());
      one.sends(100, TO_REMOTE);
      all.add(one);
    }
    loop.nanosOfADatagram = 5000;
    for (int round = 0; round < 2; round++) {
      loop.nanos += PromptBudget.WINDOW_NANOS;
      all.forEach(one -> one.remotes().sent.clear());
      all.forEach(one -> one.port.ready());
      assertThat(all.stream().mapToInt(LoopShareTest::passed).sum() * loop.nanosOfADatagram)
          .isBetween(UdpLoop.PROMPT_NANOS, UdpLoop.PROMPT_NANOS + Inbox.SLOTS * 5000);
      loop.giveTurns();
      all.forEach(one -> one.sends(100, TO_REMOTE));
    }
  }

  @Test
  void aTurnIsBoundedInTimeWhateverADatagramTakes() {
    RecordingClient sealed = client(ana);
    sealed.sends(2000, TO_REMOTE);
    sealed.port.ready();
    loop.nanosOfADatagram = 500_000; // as a large one that is sealed
    for (int turn = 0; turn < 6; turn++) {
      loop.giveTurn();
    }
    long before = loop.nanos;
    loop.giveTurn();
    assertThat(loop.nanos - before).as("one datagram").isEqualTo(500_000);
    loop.nanosOfADatagram = 1000;
    for (int turn = 0; turn < 3; turn++) {
      before = loop.nanos;
      loop.giveTurn();
      assertThat(loop.nanos - before)
          .isLessThanOrEqualTo(LoopShare.TURN_NANOS + Inbox.SLOTS * 1000);
    }
  }

  @Test
  void costlyDatagramsOfManyAssociationsWaitForTurnsToo() {
    List<RecordingClient> sealed = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      RecordingClient one = client(ana);
      one.sends(TO_REMOTE);
      sealed.add(one);
    }
    loop.nanos += PromptBudget.WINDOW_NANOS;
    loop.nanosOfADatagram = 500_000;
    sealed.forEach(one -> one.port.ready());
    assertThat(sealed.stream().mapToInt(LoopShareTest::passed).sum()).isEqualTo(1);
    loop.giveTurn();
    assertThat(sealed.stream().mapToInt(LoopShareTest::passed).sum()).isEqualTo(2);
  }

  @Test
  void floodFromOutsideTakesTurnsOfTheUserToWhomItIsSent() {
    RecordingClient victim = client(ana);
    RecordingClient other = client(ben);
    RecordingPort remotes = victim.remotes();
    for (int i = 0; i < 10_000; i++) {
      remotes.comes(
          new InetSocketAddress(InetAddress.ofLiteral("203.0.113.1"), 1 + i), new byte[100]);
      victim.port.comes(
          new InetSocketAddress(InetAddress.ofLiteral("203.0.113.2"), 1 + i), new byte[100]);
    }
    loop.nanos += PromptBudget.WINDOW_NANOS;
    remotes.ready();
    victim.port.ready();
    assertThat(remotes.left() + victim.port.left()).isGreaterThanOrEqualTo(20_000 - Inbox.SLOTS);
    assertThat(loop.turns()).isEqualTo(1);
    other.sends(TO_REMOTE);
    other.port.ready();
    assertThat(passed(other)).isEqualTo(1);
    loop.giveTurns();
    assertThat(remotes.left() + victim.port.left()).isZero();
  }

  @Test
  void whoClosesWhileItWaitsForATurnDisturbsNobody() {
    RecordingClient gone = client(ana);
    gone.sends(1000, TO_REMOTE);
    RecordingClient stays = client(ana);
    stays.sends(1000, TO_REMOTE);
    gone.port.ready();
    stays.port.ready();
    int before = passed(gone);
    gone.association.close();
    loop.giveTurns();
    assertThat(passed(gone)).isEqualTo(before);
    assertThat(passed(stays)).isEqualTo(1000);
  }

  @Test
  void bugInATurnEndsItsAssociationAloneAndTheUsersOthersGoOn() {
    RecordingClient breaks = client(ana);
    RecordingClient stays = client(ana);
    breaks.sends(100, TO_REMOTE);
    stays.sends(100, TO_REMOTE);
    breaks.port.ready();
    stays.port.ready();
    breaks.owner.rules = new Object(); // it is asked again
    breaks.owner.breaks = true;
    loop.giveTurns();
    assertThat(breaks.owner.bug).hasMessage("a bug");
    assertThat(passed(stays)).isEqualTo(100);
  }
}
