package dev.argyle.server.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RateLimitTest {

  private static final int PER_SECOND = 2_000;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND); // it wraps meanwhile
  private final RateLimit rate = new RateLimit(PER_SECOND, clock::get);

  @Test
  void asManyASecondAsItsBoundSays() {
    for (int i = 0; i < PER_SECOND; i++) {
      assertThat(rate.take()).isTrue();
    }
    assertThat(rate.take()).isFalse();
    clock.addAndGet(SECOND / PER_SECOND);
    assertThat(rate.take()).isTrue();
    assertThat(rate.take()).isFalse();
  }

  @Test
  void aLongSilenceSavesUpNoMoreThanASecondsWorth() {
    clock.addAndGet(600 * SECOND);
    int taken = 0;
    while (rate.take()) {
      taken++;
    }
    assertThat(taken).isEqualTo(PER_SECOND);
  }
}
