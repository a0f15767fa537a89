package dev.argyle.cli.top;

import java.util.concurrent.TimeUnit;

/**
 * A point in time by two clocks: one is shown, and lengths of time are told by the other, which
 * does not jump.
 *
 * @param wallMillis milliseconds since 1970
 * @param steadyMillis milliseconds since a point of no meaning
 */
record Moment(long wallMillis, long steadyMillis) {

  static Moment now() {
    return new Moment(System.currentTimeMillis(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
  }

  /** Milliseconds that have passed since an earlier one. */
  long since(Moment earlier) {
    return steadyMillis - earlier.steadyMillis;
  }

  /** This moment, that much earlier. */
  Moment minusMillis(long millis) {
    return new Moment(wallMillis - millis, steadyMillis - millis);
  }
}
