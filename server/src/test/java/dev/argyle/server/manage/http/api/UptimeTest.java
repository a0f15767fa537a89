package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class UptimeTest {

  private static final long DAY_MILLIS = 86_400_000;

  /** The difference of two times of day: three days after a clock that was put forward. */
  @Test
  void aStartByAWrongClockChangesNotForHowLongItRuns() {
    for (long wrong : new long[] {-3 * DAY_MILLIS, 3 * DAY_MILLIS}) {
      Uptime uptime =
          new Uptime(
              System.currentTimeMillis() + wrong,
              Long.MAX_VALUE - 5,
              () -> Long.MAX_VALUE - 5 + TimeUnit.SECONDS.toNanos(42)); // it wraps around
      assertThat(uptime.seconds()).isEqualTo(42);
    }
  }

  @Test
  void aProcessRunsSinceItsStart() {
    Uptime uptime = Uptime.ofThisProcess();
    ProcessHandle.Info us = ProcessHandle.current().info();
    assertThat(uptime.seconds()).isNotNegative();
    assertThat(us.startInstant())
        .hasValueSatisfying(
            start ->
                assertThat(uptime.startedMillis())
                    .isGreaterThanOrEqualTo(start.toEpochMilli() - TimeUnit.HOURS.toMillis(1)));
  }
}
