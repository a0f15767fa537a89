package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class LoopLagTest {

  private static final long START = TimeUnit.HOURS.toNanos(1000);
  private static final long MILLI = 1_000_000;

  private final LoopLag lag = new LoopLag();

  private LoopLag.Window at(long nowNanos) {
    return LoopLag.of(List.of(lag), nowNanos);
  }

  @Test
  void aLoopWithoutARoundHasNoLag() {
    assertThat(at(START)).isEqualTo(new LoopLag.Window(0, 0, 0, 0, 0));
  }

  @Test
  void theLongestOfAHundredRoundsIsBeyondTheQuantile() {
    for (int round = 0; round < 99; round++) {
      lag.add(START, MILLI);
    }
    lag.add(START, 50 * MILLI);
    LoopLag.Window window = at(START);
    assertThat(window.p99Nanos()).isBetween(MILLI, MILLI * 5 / 4);
    assertThat(window.medianNanos()).isEqualTo(window.p99Nanos());
    assertThat(window.mostNanos()).isEqualTo(50 * MILLI);
    assertThat(window.rounds()).isEqualTo(100);
    assertThat(window.busyNanos()).isEqualTo(149 * MILLI);
  }

  @Test
  void twoLongRoundsInAHundredAreTheQuantile() {
    for (int round = 0; round < 98; round++) {
      lag.add(START, MILLI);
    }
    lag.add(START, 50 * MILLI);
    lag.add(START, 50 * MILLI);
    assertThat(at(START).p99Nanos()).isEqualTo(50 * MILLI);
  }

  @Test
  void aMinuteLaterItIsForgottenButForTheSums() {
    lag.add(START, 50 * MILLI);
    assertThat(at(START + TimeUnit.SECONDS.toNanos(40)).mostNanos()).isEqualTo(50 * MILLI);
    assertThat(at(START + TimeUnit.SECONDS.toNanos(70)))
        .isEqualTo(new LoopLag.Window(0, 0, 0, 1, 50 * MILLI));
  }

  @Test
  void aSlotThatIsUsedAgainHasNothingOfBefore() {
    lag.add(START, 50 * MILLI);
    long later = START + (8L << 33); // the same slot
    lag.add(later, MILLI);
    assertThat(at(later).mostNanos()).isEqualTo(MILLI);
  }

  @Test
  void loopsAreAddedUp() {
    LoopLag other = new LoopLag();
    lag.add(START, MILLI);
    other.add(START, 3 * MILLI);
    LoopLag.Window both = LoopLag.of(List.of(lag, other), START);
    assertThat(both.mostNanos()).isEqualTo(3 * MILLI);
    assertThat(both.rounds()).isEqualTo(2);
    assertThat(both.busyNanos()).isEqualTo(4 * MILLI);
  }

  @Test
  void theWaitForEventsIsNoLag() {
    lag.asks(START); // it has never been woken
    lag.woken(START + 1000 * MILLI);
    lag.asks(START + 1002 * MILLI);
    lag.asks(START + 5000 * MILLI); // nothing came
    assertThat(at(START + 5000 * MILLI).busyNanos()).isEqualTo(2 * MILLI);
    assertThat(at(START + 5000 * MILLI).rounds()).isEqualTo(1);
  }

  @Test
  void whateverTheTimeItsBucketHoldsItToWithinAFifth() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      long nanos = random.nextLong(1L << random.nextInt(10, 33));
      int bucket = LoopLag.bucket(nanos);
      assertThat(bucket).isBetween(0, LoopLag.BUCKETS - 1);
      long greatest = LoopLag.greatestNanos(bucket);
      assertThat(greatest).isBetween(nanos, Math.max(nanos * 5 / 4 + 1, 4096));
      assertThat(LoopLag.bucket(greatest)).isEqualTo(bucket);
      if (bucket < LoopLag.BUCKETS - 1) {
        assertThat(LoopLag.bucket(greatest + 1)).isEqualTo(bucket + 1);
      }
    }
    assertThat(LoopLag.bucket(Long.MAX_VALUE)).isEqualTo(LoopLag.BUCKETS - 1);
  }
}
