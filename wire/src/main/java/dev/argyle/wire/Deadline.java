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
   * The time, if it is one that a caller may wait; some 146 years at most, so that two of them can
   * be added.
   *
   * @throws IllegalArgumentException if it is 0 or less
   */
  public static Duration positive(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a timeout is more than 0, not " + time);
    }
    return time.compareTo(LONGEST) > 0 ? LONGEST : time;
  }

  /** Whole seconds, rounded up: less than one does not become 0, which often means never. */
  public static long secondsUp(Duration time) {
    long seconds = time.getSeconds();
    return time.getNano() == 0 || seconds == Long.MAX_VALUE ? seconds : seconds + 1;
  }

  /** Whole milliseconds, rounded up; 2^63-1 at most. */
  public static long millisUp(Duration time) {
    if (time.compareTo(LONGEST) > 0) {
      return Long.MAX_VALUE;
    }
    long millis = time.toMillis();
    return time.equals(Duration.ofMillis(millis)) ? millis : millis + 1;
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
