package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class DeadlineTest {

  private static Deadline in(long nanos) {
    return new Deadline(System.nanoTime() + nanos, Duration.ofNanos(nanos));
  }

  @Test
  void whatHasPassedLeavesNothing() {
    assertThat(in(0).millisLeft()).isZero();
    assertThat(in(-1).millisLeft()).isZero();
    assertThat(in(Long.MIN_VALUE / 2).millisLeft()).isZero();
  }

  @Test
  void lessThanAMillisecondIsOneSoThatItIsNotTakenForNever() {
    int left = in(TimeUnit.HOURS.toNanos(1) + 1).millisLeft();

    assertThat(left).isBetween(3_590_000, 3_600_001);
    assertThat(new Deadline(System.nanoTime() + 900_000, Duration.ZERO).millisLeft())
        .isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT600H", "P365D", "P106751D", "P1000000D", "PT2562047788015215H"})
  void noTimeIsTooLong(String time) {
    Deadline deadline = Deadline.after(Duration.parse(time));

    assertThat(deadline.millisLeft()).isEqualTo(Integer.MAX_VALUE);
    assertThat(deadline.allowed()).isEqualTo(Duration.parse(time));
    assertThat(deadline.orAfterMillis(50).millisLeft()).isLessThanOrEqualTo(50);
  }

  @Test
  void theEarlierOneOfTwoHoldsWhereverTheClockIs() {
    Deadline soon = new Deadline(Long.MAX_VALUE - 5, Duration.ofSeconds(1));
    Deadline later = new Deadline(Long.MIN_VALUE + 5, Duration.ofSeconds(2)); // it wraps around

    assertThat(soon.orBefore(later)).isEqualTo(soon);
    assertThat(later.orBefore(soon)).isEqualTo(soon);
  }

  /** 900 ms became 0 s, which means never. */
  @Test
  void partOfAUnitCountsAsAWholeOne() {
    assertThat(Deadline.secondsUp(Duration.ofMillis(900))).isEqualTo(1);
    assertThat(Deadline.secondsUp(Duration.ofSeconds(2))).isEqualTo(2);
    assertThat(Deadline.secondsUp(Duration.ZERO)).isZero();
    assertThat(Deadline.millisUp(Duration.ofNanos(1))).isEqualTo(1);
    assertThat(Deadline.millisUp(Duration.ofMillis(7))).isEqualTo(7);
  }

  /** It was an ArithmeticException. */
  @Test
  void foreverIsATimeLikeAnyOther() {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    assertThat(Deadline.millisUp(forever)).isEqualTo(Long.MAX_VALUE);
    assertThat(Deadline.secondsUp(forever)).isEqualTo(Long.MAX_VALUE);
    Duration both = Deadline.positive(forever).plus(Deadline.positive(forever));
    assertThat(Deadline.after(both).millisLeft()).isEqualTo(Integer.MAX_VALUE);
    assertThat(Deadline.positive(forever).toMillis()).isPositive();
  }

  @Test
  void zeroMillisecondsAreNoOtherDeadline() {
    Deadline deadline = in(1_000_000_000);

    assertThat(deadline.orAfterMillis(0)).isSameAs(deadline);
    assertThat(deadline.orAfterMillis(100_000)).isEqualTo(deadline);
  }

  @Test
  void aTimeoutIsMoreThanZero() {
    assertThat(Deadline.positive(Duration.ofNanos(1))).isEqualTo(Duration.ofNanos(1));
    assertThatThrownBy(() -> Deadline.positive(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Deadline.positive(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
