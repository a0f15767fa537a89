package dev.argyle.server.manage.bottler;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many requests are answered: a bucket that holds what a second may have. So a datagram that
 * somebody recorded, sent again and again with a forged sender, makes no flood of it. Belongs to
 * one loop.
 */
final class AnswerRate {

  /** Answers a second, and at once after a quiet second. */
  static final int A_SECOND = 2_000;

  private static final long NANOS_EACH = Duration.ofSeconds(1).toNanos() / A_SECOND;

  private final LongSupplier nanoTime;
  private long emptyAtNanos; // when the bucket was, or would have been, empty

  AnswerRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.emptyAtNanos = nanoTime.getAsLong() - A_SECOND * NANOS_EACH;
  }

  /** Takes one, if there is one. */
  boolean take() {
    long now = nanoTime.getAsLong();
    long full = now - A_SECOND * NANOS_EACH;
    if (full - emptyAtNanos > 0) {
      emptyAtNanos = full; // it holds no more than that
    }
    if (now - emptyAtNanos < NANOS_EACH) {
      return false;
    }
    emptyAtNanos += NANOS_EACH;
    return true;
  }
}
