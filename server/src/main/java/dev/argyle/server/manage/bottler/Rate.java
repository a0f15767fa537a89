package dev.argyle.server.manage.bottler;

import java.time.Duration;
import java.util.function.LongSupplier;

/** How often something is done: a bucket that holds what a second may have. Belongs to one loop. */
final class Rate {

  private final LongSupplier nanoTime;
  private final long nanosEach;
  private final long nanosAll;
  private long emptyAtNanos; // when the bucket was, or would have been, empty

  /**
   * @param aSecond how often a second, and at once after a quiet second
   */
  Rate(int aSecond, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.nanosEach = Duration.ofSeconds(1).toNanos() / aSecond;
    this.nanosAll = nanosEach * aSecond;
    this.emptyAtNanos = nanoTime.getAsLong() - nanosAll;
  }

  /** Takes one, if there is one. */
  boolean take() {
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
