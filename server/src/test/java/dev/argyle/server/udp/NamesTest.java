package dev.argyle.server.udp;

import static dev.argyle.server.udp.RecordingClient.toName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.telemetry.Counter;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Datagrams to names that are not known yet. */
@Tag("play")
class NamesTest {

  private static final InetAddress REMOTE = InetAddress.ofLiteral("198.51.100.7");
  private static final LoopTurns.Loops LOOPS =
      new LoopTurns.Loops(1, Thread::new, NioIoHandler.newFactory());

  private final RecordingLoop loop = new RecordingLoop(LOOPS);
  private final UdpShare user = new UdpShare();
  private final RecordingClient client = new RecordingClient(loop, user);
  private final RecordingOwner owner = client.owner;

  @AfterAll
  static void loopsEnd() {
    LOOPS.group().shutdownGracefully();
  }

  private void clientSends(String... datagrams) {
    client.sends(datagrams);
    client.pass();
  }

  @Test
  void twentyFourNewNamesAtOnceAreAllPassedOn() {
    for (int i = 0; i < 24; i++) {
      client.sends(toName("tracker" + i) + "%02x".formatted(i));
    }
    client.pass();
    assertThat(owner.waiting).hasSize(24);
    List.copyOf(owner.waiting).forEach(name -> name.found(REMOTE, null));
    assertThat(client.remotes().sent).hasSize(24);
    assertThat(loop.count(Counter.UDP_DATAGRAMS_DROPPED)).isZero();
    assertThat(user.held).hasValue(0);
  }

  @Test
  void sixtyFourNamesAreLookedUpAtOnceAndOneMoreIsDropped() {
    for (int i = 0; i < Routes.MAX_PENDING; i++) {
      clientSends(toName("name" + i));
    }
    assertThat(loop.count(Counter.UDP_DATAGRAMS_DROPPED)).isZero();
    clientSends(toName("another"), toName("name0"));
    assertThat(owner.waiting).hasSize(Routes.MAX_PENDING);
    assertThat(loop.count(Counter.UDP_DROPPED_QUEUE_FULL)).isEqualTo(1);
    owner.waiting.getFirst().dropped(Counter.UDP_DROPPED_UNRESOLVED);
    clientSends(toName("another"));
    assertThat(owner.waiting).hasSize(Routes.MAX_PENDING + 1);
    owner.rules = new Object();
    clientSends(RecordingClient.TO_REMOTE);
    assertThat(owner.givenUp).isEqualTo(Routes.MAX_PENDING);
    clientSends(toName("another"));
    assertThat(owner.waiting).hasSize(Routes.MAX_PENDING + 2);
  }

  @Test
  void floodOfNewNamesDoesNotPushOutThoseThatWait() {
    for (int i = 0; i < 2 * Routes.MAX_KNOWN; i++) {
      clientSends(toName("name" + i) + "00");
    }
    assertThat(owner.givenUp).isZero();
    owner.waiting.getFirst().found(REMOTE, null);
    assertThat(client.remotes().sent).containsExactly("198.51.100.7:53 00");
  }

  @Test
  void namesThatAreNeverAnsweredAreGivenUpAfterTenSecondsAndCostNothingThen() {
    clientSends(toName("dead") + "01");
    loop.nanos = Route.PENDING_NANOS - 1;
    clientSends(toName("late") + "02");
    client.association.sweep(loop.nanos);
    assertThat(owner.givenUp).isZero();
    loop.nanos++;
    client.association.sweep(loop.nanos);
    assertThat(owner.givenUp).isEqualTo(1);
    assertThat(loop.count(Counter.UDP_DROPPED_UNRESOLVED)).isEqualTo(1);
    owner.waiting.getFirst().found(REMOTE, null); // too late
    clientSends(toName("dead") + "03");
    assertThat(loop.count(Counter.UDP_DROPPED_UNRESOLVED)).isEqualTo(2);
    assertThat(owner.waiting).hasSize(2);
    loop.nanos += Route.PENDING_NANOS;
    client.association.sweep(loop.nanos);
    assertThat(user.held).hasValue(0);
    clientSends(toName("dead") + "04");
    assertThat(owner.waiting).as("looked up again").hasSize(3);
  }

  @Test
  void whileANameIsLookedUpAgainItsLastAddressIsUsed() {
    clientSends(toName("a") + "01");
    owner.waiting.getFirst().found(REMOTE, null);
    loop.nanos = Route.NAME_NANOS - 1;
    clientSends(toName("a") + "02");
    assertThat(owner.waiting).hasSize(1);
    loop.nanos++;
    clientSends(toName("a") + "03", toName("a") + "04");
    assertThat(owner.waiting).hasSize(2);
    assertThat(client.remotes().sent).hasSize(4);
    owner.waiting.getLast().found(InetAddress.ofLiteral("198.51.100.8"), null);
    clientSends(toName("a") + "05");
    assertThat(client.remotes().sent.getLast()).isEqualTo("198.51.100.8:53 05");
  }

  @Test
  void aNameThatIsLookedUpAgainSaysWhichAddressItHad() {
    clientSends(toName("a") + "01");
    owner.waiting.getFirst().found(REMOTE, null);
    loop.nanos = Route.NAME_NANOS;
    clientSends(toName("a") + "02");
    assertThat(owner.befores).containsExactly(null, REMOTE);
  }

  @Test
  void whatWaitsCountsAgainstTheUsersShareInAllAssociations() {
    UdpMemory memory = new UdpMemory(16 << 20);
    RecordingLoop small = new RecordingLoop(LOOPS, memory);
    int largest = 60_000;
    int octets = Route.NAME_OCTETS + Route.DATAGRAM_OCTETS + largest;
    int fit = (int) (memory.held.share() / octets);
    for (int i = 0; i < fit; i++) {
      RecordingClient one = new RecordingClient(small, user);
      one.sends(toName("a") + "00".repeat(largest));
      one.pass();
    }
    assertThat(user.held).hasValue((long) fit * octets);
    RecordingClient last = new RecordingClient(small, user);
    last.sends(toName("a") + "00".repeat(largest));
    last.pass();
    assertThat(small.count(Counter.UDP_DROPPED_SHARE_FULL)).isEqualTo(1);
    RecordingClient other = new RecordingClient(small, new UdpShare());
    other.sends(toName("a") + "00".repeat(largest));
    other.pass();
    other.owner.waiting.getFirst().found(REMOTE, null);
    assertThat(other.remotes().sent).hasSize(1);
  }

  @Test
  void namesAloneCountTooThoughTheirDatagramsAreEmpty() {
    UdpMemory memory = new UdpMemory(16 << 20);
    RecordingLoop small = new RecordingLoop(LOOPS, memory);
    int most = (int) (memory.held.share() / (Route.NAME_OCTETS + Route.DATAGRAM_OCTETS));
    for (int i = 0; i <= most; i += Routes.MAX_PENDING) {
      RecordingClient one = new RecordingClient(small, user);
      for (int name = 0; name < Routes.MAX_PENDING; name++) {
        one.sends(toName("name" + name));
      }
      one.pass();
    }
    assertThat(user.held.get()).isLessThanOrEqualTo(memory.held.share());
    assertThat(small.count(Counter.UDP_DROPPED_SHARE_FULL)).isPositive();
  }
}
