package dev.argyle.server.udp;

import static dev.argyle.server.udp.LoopLoan.Taken.ALL_IS_FULL;
import static dev.argyle.server.udp.LoopLoan.Taken.SHARE_IS_FULL;
import static dev.argyle.server.udp.LoopLoan.Taken.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LendingPoolTest {

  private static final long MOST = 64_000;
  private static final long SHARE = MOST / LendingPool.SHARES;

  private final LendingPool all = new LendingPool(MOST);
  private final LoopLoan loop = all.ofLoop();
  private final LoopLoan other = all.ofLoop();
  private final AtomicLong ana = new AtomicLong();

  @Test
  void aUserHasAShareOnAllLoopsTogetherAndNotOneMore() {
    assertThat(loop.take(ana, SHARE - 10)).isEqualTo(TAKEN);
    assertThat(other.take(ana, 11)).isEqualTo(SHARE_IS_FULL);
    assertThat(other.take(ana, 10)).isEqualTo(TAKEN);
    assertThat(loop.take(ana, 1)).isEqualTo(SHARE_IS_FULL);
    assertThat(ana).hasValue(SHARE);
    other.give(ana, 10);
    assertThat(loop.take(ana, 10)).isEqualTo(TAKEN);
  }

  @Test
  void whoeverTakesAllTheyCanGetLeavesAsMuchForTheNext() {
    for (int i = 0; i < 2 * LendingPool.SHARES - 1; i++) {
      AtomicLong user = new AtomicLong();
      LoopLoan.Taken taken = loop.take(user, 1);
      while (taken == TAKEN) {
        taken = loop.take(user, 1);
      }
      assertThat(taken).isEqualTo(i < LendingPool.SHARES - 1 ? SHARE_IS_FULL : ALL_IS_FULL);
      assertThat(user.get()).isPositive().isLessThanOrEqualTo(all.free() + loop.unused());
    }
  }

  @Test
  void whatIsRefusedIsNotTaken() {
    assertThat(loop.take(ana, MOST + 1)).isEqualTo(SHARE_IS_FULL);
    assertThat(ana).hasValue(0);
    assertThat(all.free()).isEqualTo(MOST);
    for (int i = 0; i < LendingPool.SHARES; i++) {
      loop.take(new AtomicLong(), SHARE);
    }
    long free = all.free();
    assertThat(loop.take(ana, SHARE)).isEqualTo(ALL_IS_FULL);
    assertThat(ana).hasValue(0);
    assertThat(all.free()).isEqualTo(free);
  }

  @Test
  void aLoopKeepsLittleOfWhatItsUsersHaveGivenBack() {
    loop.take(ana, SHARE);
    loop.give(ana, SHARE);
    assertThat(ana).hasValue(0);
    assertThat(MOST - all.free()).isLessThanOrEqualTo(2 * all.piece());
    List<LoopLoan> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(all.ofLoop());
    }
    for (LoopLoan one : many) {
      one.take(ana, 100);
      one.give(ana, 100);
    }
    assertThat(MOST - all.free()).as("unused on a hundred loops").isLessThanOrEqualTo(MOST / 8);
  }

  @Test
  void aHeapOfAnySizeReassemblesADatagramOfTheLargestSizeForEachOfEightUsers() {
    for (long heap : new long[] {1 << 20, 64 << 20, 512 << 20, 64L << 30}) {
      UdpMemory memory = new UdpMemory(heap);
      assertThat(memory.held.share()).isGreaterThanOrEqualTo(128 * 1024);
      if (heap >= 16 << 20) {
        assertThat(memory.held.most()).isEqualTo(heap / UdpMemory.HEAP_PARTS);
        assertThat(memory.known.most() * UdpMemory.ENTRY_OCTETS)
            .isEqualTo(heap / UdpMemory.HEAP_PARTS);
      }
    }
  }

  @Test
  void loopsThatTakeAtOnceNeverGetMoreThanThereIsAndGiveAllBack() throws Exception {
    List<AtomicLong> users = List.of(ana, new AtomicLong(), new AtomicLong());
    List<Callable<Long>> loops = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      LoopLoan part = all.ofLoop();
      int seed = i;
      loops.add(
          () -> {
            Random random = new Random(seed);
            long[] held = new long[users.size()];
            long most = 0;
            for (int step = 0; step < 20_000; step++) {
              int user = random.nextInt(held.length);
              long amount = 1 + random.nextLong(SHARE / 2);
              if (random.nextBoolean()) {
                if (part.take(users.get(user), amount) == TAKEN) {
                  held[user] += amount;
                }
              } else if (held[user] > 0) {
                long back = Math.min(amount, held[user]);
                part.give(users.get(user), back);
                held[user] -= back;
              }
              most = Math.max(most, MOST - all.free());
            }
            for (int user = 0; user < held.length; user++) {
              part.give(users.get(user), held[user]);
            }
            return most;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(loops.size())) {
      for (Future<Long> most : threads.invokeAll(loops)) {
        assertThat(most.get()).isLessThanOrEqualTo(MOST);
      }
    }
    assertThat(users).allSatisfy(user -> assertThat(user).hasValue(0));
    assertThat(MOST - all.free()).as("what loops keep").isLessThanOrEqualTo(12 * all.piece());
  }
}
