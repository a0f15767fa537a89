package dev.argyle.client;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A point in time until which something may wait. */
record Deadline(long atNanos) {

  /** What {@code setSoTimeout} can say, some 24 days. */
  private static final long MAX_MILLIS = Integer.MAX_VALUE;

  static Deadline after(Duration time) {
    return new Deadline(System.nanoTime() + Math.min(time.toNanos(), Long.MAX_VALUE / 2));
  }

  /** This one, or one that is so many milliseconds from now if that is earlier; 0: this one. */
  Deadline orAfterMillis(int millis) {
    if (millis == 0) {
      return this;
    }
    return orBefore(after(Duration.ofMillis(millis)));
  }

  /** The earlier one. */
  Deadline orBefore(Deadline other) {
    return other.atNanos - atNanos < 0 ? other : this;
  }

  /**
   * How long there is left, rounded up.
   *
   * @return 1 to 2^31-1
   * @throws SocketTimeoutException with these words if it has passed
   */
  int millisLeft(String words) throws SocketTimeoutException {
    long nanos = atNanos - System.nanoTime();
    if (nanos <= 0) {
      throw new SocketTimeoutException(words);
    }
    return (int) Math.min(TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1, MAX_MILLIS);
  }
}
