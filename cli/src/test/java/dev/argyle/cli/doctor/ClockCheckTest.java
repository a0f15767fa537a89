package dev.argyle.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.doctor.Finding.Level;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ClockCheckTest {

  private static final long BEGIN_MILLIS = 1_767_322_800_000L;

  private static List<Finding> after(
      long wallMillis,
      long steadyMillis,
      Optional<Boolean> synchronised,
      @Nullable Instant newest) {
    Findings findings = new Findings();
    new ClockCheck(BEGIN_MILLIS, 0)
        .end(
            findings,
            synchronised,
            BEGIN_MILLIS + wallMillis,
            TimeUnit.MILLISECONDS.toNanos(steadyMillis),
            newest);
    return findings.all();
  }

  @Test
  void aClockThatGoesWithTheSteadyOneIsRight() {
    assertThat(after(1_100, 1_000, Optional.of(true), null))
        .containsExactly(new Finding(Level.OK, "", "it is kept right", null));
    assertThat(after(900, 1_000, Optional.empty(), null))
        .containsExactly(new Finding(Level.OK, "", "whether it is kept right is not known", null));
  }

  @Test
  void aClockThatWasSetMeanwhileIsTold() {
    assertThat(after(1_101, 1_000, Optional.of(true), null).getFirst().words())
        .isEqualTo("the clock was set by 101 ms while this looked");
    assertThat(after(-3_000, 1_000, Optional.of(true), null).getFirst().words())
        .contains("by -4000 ms");
  }

  @Test
  void filesOfTheFutureTellThatItWasSetBack() {
    Instant now = Instant.ofEpochMilli(BEGIN_MILLIS);
    assertThat(after(0, 0, Optional.of(true), now.plusSeconds(60)).getFirst().level())
        .isEqualTo(Level.OK);
    assertThat(after(0, 0, Optional.of(true), now.plusSeconds(61)).getFirst().level())
        .isEqualTo(Level.WARN);
  }

  @Test
  void aClockThatNobodyKeepsRightIsWarnedOf() {
    assertThat(after(0, 0, Optional.of(false), null).getFirst().advice()).contains("chrony");
  }
}
