package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.socks.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class HistogramTest {

  private final Counters counters = new Counters();

  @ParameterizedTest
  @EnumSource
  void aTimeAtABoundIsInItsBucketAndOneBeyondIsInTheNext(Histogram histogram) {
    LoopCounters loop = counters.forLoop();
    long sum = 0;
    for (int bucket = 0; bucket < Histogram.BUCKETS - 1; bucket++) {
      long bound = histogram.boundNanos(bucket);
      loop.took(histogram, bound);
      loop.took(histogram, bound + 1);
      sum += 2 * bound + 1;
    }
    Histogram.Times times = counters.times(histogram);
    assertThat(times.counts()).containsExactly(1, 2, 2, 2, 2, 2, 2, 1);
    assertThat(times.sumNanos()).isEqualTo(sum);
  }

  @Test
  void boundsAscend() {
    for (Histogram histogram : Histogram.values()) {
      for (int bucket = 1; bucket < Histogram.BUCKETS - 1; bucket++) {
        assertThat(histogram.boundNanos(bucket)).isGreaterThan(histogram.boundNanos(bucket - 1));
      }
    }
  }

  @Test
  void loopsAndOtherThreadsAddUp() {
    counters.forLoop().took(Histogram.DIAL, 5);
    counters.forLoop().took(Histogram.DIAL, 6);
    counters.shared().took(Histogram.DIAL, 7);
    assertThat(counters.times(Histogram.DIAL).counts()[0]).isEqualTo(3);
    assertThat(counters.times(Histogram.DIAL).sumNanos()).isEqualTo(18);
    assertThat(counters.times(Histogram.HANDSHAKE).sumNanos()).isZero();
  }

  /** What is counted lies in one array: nothing is counted as something else. */
  @Test
  void noTwoFiguresShareACell() {
    Set<Integer> cells = new HashSet<>();
    Arrays.stream(Counter.values()).map(Cells::of).forEach(cell -> taken(cells, cell));
    Arrays.stream(EndReason.values()).map(Cells::of).forEach(cell -> taken(cells, cell));
    for (HandshakeOutcome outcome : HandshakeOutcome.values()) {
      taken(cells, Cells.of(null, outcome));
      for (Method method : Method.values()) {
        taken(cells, Cells.of(method, outcome));
      }
    }
    for (Histogram histogram : Histogram.values()) {
      taken(cells, Cells.sumOf(histogram));
      for (int bucket = 0; bucket < Histogram.BUCKETS; bucket++) {
        taken(cells, Cells.of(histogram, bucket));
      }
    }
    assertThat(cells).hasSize(Cells.COUNT);
  }

  private static void taken(Set<Integer> cells, int cell) {
    assertThat(cell).isBetween(0, Cells.COUNT - 1);
    assertThat(cells.add(cell)).as("cell %d is free", cell).isTrue();
  }
}
