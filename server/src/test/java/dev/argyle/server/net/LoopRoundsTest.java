package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.telemetry.Counters;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long rounds of turns are, and when the kernel is asked for events. Counted, not timed. */
@Timeout(30)
@Tag("play")
class LoopRoundsTest extends LoopTurnsCase {

  @Test
  void theKernelIsAskedWithoutWaitingWhileSomebodyWaitsAndWithWaitingOtherwise() throws Exception {
    AtomicInteger before = new AtomicInteger();
    Work work = new Work("a", 5);
    loop.submit(
            () -> {
              turns.later(work);
              before.set(mayBlock.size());
            })
        .get();
    await(work.done);
    loop.submit(() -> {}).get();
    assertThat(mayBlock.get(before.get())).as("a turn waits").isFalse();
    int asked = mayBlock.size();
    Thread.sleep(50);
    assertThat(mayBlock.size() - asked).as("rounds while nothing happens").isLessThan(3);
    assertThat(mayBlock.getLast()).as("nobody waits").isTrue();
  }

  @Test
  void aShareIsSmallerTheMoreWait() throws Exception {
    List<Integer> shares = new ArrayList<>();
    loop.submit(
            () -> {
              shares.add(turns.shareOctets());
              for (int i = 0; i < 100; i++) {
                turns.later(new Work("x", 1));
                shares.add(turns.shareOctets());
              }
            })
        .get();
    assertThat(shares).isSortedAccordingTo((one, next) -> next - one);
    assertThat(shares.getFirst()).isEqualTo(512 * 1024);
    assertThat(shares.getLast()).isEqualTo(128 * 1024);
  }

  @Test
  void eachLoopHasItsOwnTurnsAndAnotherGroupsLoopHasNone() {
    LoopTurns.Loops two = loops(2, NioIoHandler.newFactory());
    try {
      assertThat(two.turns(two.group().next())).isNotSameAs(two.turns(two.group().next()));
      assertThatThrownBy(() -> two.turns(loop)).isInstanceOf(IllegalArgumentException.class);
    } finally {
      two.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** If Netty asked elsewhere whether to report its time, nothing would be measured. */
  @Test
  void aRoundThatIsLongIsSeen() throws Exception {
    Counters counters = new Counters();
    counters.forLoop(turns.lag());
    CountDownLatch worked = new CountDownLatch(1);
    Greedy once =
        new Greedy() {
          @Override
          void each() {}

          @Override
          void again() {
            worked.countDown();
          }
        };
    loop.execute(() -> turns.later(once));
    await(worked);
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(
            () -> {
              loop.submit(() -> {}).get(); // another round
              return counters.lag().mostNanos() >= WHOLE_ROUND_NANOS;
            });
    assertThat(counters.lag().rounds()).isPositive();
  }

  @Test
  void theWaitForEventsIsNoWork() throws Exception {
    Counters counters = new Counters();
    counters.forLoop(turns.lag());
    CountDownLatch late = new CountDownLatch(1);
    loop.schedule(late::countDown, IDLE_MILLIS, TimeUnit.MILLISECONDS);
    await(late);
    loop.submit(() -> {}).get();
    assertThat(counters.lag().busyNanos()).isLessThan(TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS));
  }
}
