package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.telemetry.Counter;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What users take of the memory that all share, on two loops. */
@Tag("play")
class FragmentsTest {

  private static final String FIRST = "00000101c63364070035";
  private static final String SECOND = "00000201c63364070035";
  private static final String LAST = "00008301c63364070035";
  private static final String LARGE = "aa".repeat(60_000);

  private static final LoopTurns.Loops LOOPS =
      new LoopTurns.Loops(1, Thread::new, NioIoHandler.newFactory());

  private final UdpMemory memory = new UdpMemory(16 << 20);
  private final List<RecordingLoop> loops =
      List.of(new RecordingLoop(LOOPS, memory), new RecordingLoop(LOOPS, memory));
  private final List<RecordingClient> clients = new ArrayList<>();

  @AfterAll
  static void loopsEnd() {
    LOOPS.group().shutdownGracefully();
  }

  private long count(Counter counter) {
    return loops.stream().mapToLong(loop -> loop.count(counter)).sum();
  }

  /** Begins sequences on both loops until a fragment is refused. */
  private void flood(UdpShare user) {
    long before = count(Counter.UDP_DATAGRAMS_DROPPED);
    while (count(Counter.UDP_DATAGRAMS_DROPPED) == before) {
      RecordingClient one = new RecordingClient(loops.get(clients.size() % 2), user);
      clients.add(one);
      one.sends(FIRST + LARGE);
      one.pass();
    }
  }

  private void assertReassembles(UdpShare user, int octets) {
    for (RecordingLoop loop : loops) {
      RecordingClient client = new RecordingClient(loop, user);
      client.sends(FIRST + "bb".repeat(octets), SECOND + "cc", LAST + "dd");
      client.pass();
      assertThat(client.remotes().sent)
          .containsExactly("198.51.100.7:53 " + "bb".repeat(octets) + "ccdd");
      client.association.close();
    }
  }

  @Test
  void oneUserWhoFloodsFragmentsDoesNotCostAnotherUsersReassembly() {
    UdpShare ana = new UdpShare();
    flood(ana);
    assertThat(ana.held.get())
        .isLessThanOrEqualTo(memory.held.share())
        .isGreaterThan(memory.held.share() - 65_507);
    assertThat(count(Counter.UDP_DROPPED_SHARE_FULL)).isEqualTo(1);
    assertReassembles(new UdpShare(), 60_000);
    assertThat(count(Counter.UDP_DATAGRAMS_DROPPED)).isEqualTo(1);
  }

  @Test
  void whenManyUsersFloodTheNextIsStillServed() {
    for (int user = 0; user < 2 * LendingPool.SHARES; user++) {
      flood(new UdpShare());
    }
    assertThat(count(Counter.UDP_DROPPED_MEMORY_FULL)).isPositive();
    assertReassembles(new UdpShare(), 1000);
  }

  @Test
  void whatWasHeldIsGivenBackByTheEndTheTimerAndAWholeDatagram() {
    UdpShare ana = new UdpShare();
    flood(ana);
    for (int i = 0; i < clients.size(); i++) {
      RecordingClient one = clients.get(i);
      switch (i % 3) {
        case 0 -> one.association.close();
        case 1 -> one.association.sweep(one.loop.nanos + 5_000_000_000L);
        default -> {
          one.sends(RecordingClient.TO_REMOTE);
          one.pass();
        }
      }
    }
    assertThat(ana.held).hasValue(0);
    assertReassembles(ana, 60_000);
    assertThat(ana.held).hasValue(0);
    assertThat(memory.held.free()).isGreaterThan(memory.held.most() - memory.held.most() / 8);
  }

  @Test
  void destinationsOfOneUserDoNotPushOutThoseOfAnother() {
    UdpShare ana = new UdpShare();
    for (int i = 0; i < 4; i++) { // four full tables of each kind are more than the share
      RecordingClient one = new RecordingClient(loops.get(i % 2), ana);
      for (int to = 0; to < Routes.MAX_KNOWN; to++) {
        one.sends("00000001c633%04x0035".formatted(to));
      }
      one.pass();
      clients.add(one);
    }
    assertThat(ana.known).hasValue(memory.known.share());
    assertThat(count(Counter.UDP_DESTINATIONS_FORGOTTEN)).isPositive();
    long forgotten = count(Counter.UDP_DESTINATIONS_FORGOTTEN);
    RecordingClient ben = new RecordingClient(loops.getFirst(), new UdpShare());
    for (int to = 0; to < 100; to++) {
      ben.sends("00000001c633%04x0035".formatted(to));
    }
    ben.pass();
    ben.sends("00000001c63300000035");
    ben.pass();
    assertThat(ben.owner.asked).hasSize(100);
    assertThat(count(Counter.UDP_DESTINATIONS_FORGOTTEN)).isEqualTo(forgotten);
    clients.forEach(one -> one.association.close());
    assertThat(ana.known).hasValue(0);
  }
}
