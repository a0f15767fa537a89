package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SweepShareTest {

  private final SweepShare share = new SweepShare(3);

  private long taken(int asked, long nowNanos) {
    return LongStream.range(0, asked).filter(_ -> share.take(nowNanos)).count();
  }

  @Test
  void aCrowdThatComesToRestAtOnceHoldsItsLoopUpForAFewOnly() {
    assertThat(taken(3, 5)).isEqualTo(3);
    assertThat(taken(1, 5)).isZero();
    assertThat(taken(1000, 6)).isEqualTo(3);
    assertThat(taken(2, 7)).isEqualTo(2);
  }

  @Test
  void aSweepAtTimeZeroHasNoMoreThanOthers() {
    assertThat(taken(10, 0)).isEqualTo(3);
  }
}
