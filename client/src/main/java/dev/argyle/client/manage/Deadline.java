package dev.argyle.client.manage;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Until when a call may wait; {@code whole} is what it was given. */
record Deadline(long atNanos, Duration whole) {

  static Deadline after(Duration time) {
    return new Deadline(System.nanoTime() + Math.min(time.toNanos(), Long.MAX_VALUE / 2), time);
  }

  /** How long there is left, rounded up; 0: it has passed. */
  long millisLeft() {
    long nanos = atNanos - System.nanoTime();
    return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1;
  }

  /** The time, if it is one that a call may take. */
  static Duration positive(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a timeout is more than 0, not " + time);
    }
    return time;
  }
}
