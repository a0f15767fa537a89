package dev.argyle.server.admission;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How often something may happen: a token bucket that holds one second's worth. Thread-safe. */
public final class RateLimit {

  private final LongSupplier nanoTime;
  private final long nanosEach;
  private final long nanosAll;
  private long emptyAtNanos; // when the bucket was, or would have been, empty; under the monitor

  /**
   * @param perSecond how often a second, and at once after a quiet second
   * @param nanoTime as {@link System#nanoTime}
   */
  public RateLimit(int perSecond, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.nanosEach = Duration.ofSeconds(1).toNanos() / perSecond;
    this.nanosAll = nanosEach * perSecond;
    this.emptyAtNanos = nanoTime.getAsLong() - nanosAll;
  }

  /** Takes one, if there is one. */
  public synchronized boolean take() {
    long now = nanoTime.getAsLong();
    long full = now - nanosAll;
    if (full - emptyAtNanos > 0) {
      emptyAtNanos = full; // it holds no more than that
    }
    if (now - emptyAtNanos < nanosEach) {
      return false;
    }
    emptyAtNanos += nanosEach;
    return true;
  }
}
