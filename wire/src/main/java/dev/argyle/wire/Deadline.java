package dev.argyle.wire;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A point in time until which a caller may wait.
 *
 * @param atNanos of {@link System#nanoTime}
 * @param allowed what it was made of, for messages
 */
public record Deadline(long atNanos, Duration allowed) {

  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  /** That much from now on; more than some 146 years are as good as never. */
  public static Deadline after(Duration time) {
    long nanos = time.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : time.toNanos();
    return new Deadline(System.nanoTime() + nanos, time);
  }

  /**
   * The time, if it is one that a caller may wait.
   *
   * @throws IllegalArgumentException if it is 0 or less
   */
  public static Duration positive(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a timeout is more than 0, not " + time);
    }
    return time;
  }

  /** This one, or so many milliseconds from now if that is earlier; 0: this one. */
  public Deadline orAfterMillis(int millis) {
    return millis == 0 ? this : orBefore(after(Duration.ofMillis(millis)));
  }

  /** The earlier one. */
  public Deadline orBefore(Deadline other) {
    return other.atNanos - atNanos < 0 ? other : this;
  }

  /**
   * How long there is left, rounded up.
   *
   * @return 0 if it has passed; 2^31-1 at most, which is what {@code setSoTimeout} takes
   */
  public int millisLeft() {
    long nanos = atNanos - System.nanoTime();
    return nanos <= 0
        ? 0
        : (int) Math.min(TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1, Integer.MAX_VALUE);
  }
}
