package dev.argyle.server.session.gssapi;

/**
 * Which of the numbers up to the highest one have come, for the last {@value #SIZE}. What is older
 * counts as having come. One thread at a time.
 */
final class ReplayWindow {

  static final int SIZE = 1024;

  private final long[] seen = new long[SIZE / Long.SIZE];
  private long highest;
  private boolean begun;

  /** Notes a number; false: it has come before, or is too old to tell. */
  boolean isFresh(long number) {
    if (!begun) {
      begun = true;
      highest = number;
    } else if (number > highest) {
      long from = Math.max(highest + 1, number - SIZE + 1);
      for (long forgotten = from; forgotten <= number; forgotten++) {
        set(forgotten, false);
      }
      highest = number;
    } else if (highest - number >= SIZE || isSet(number)) {
      return false;
    }
    set(number, true);
    return true;
  }

  private boolean isSet(long number) {
    return (seen[word(number)] >>> number & 1) != 0;
  }

  private void set(long number, boolean come) {
    long bit = 1L << number; // the shift takes the last six bits
    seen[word(number)] = come ? seen[word(number)] | bit : seen[word(number)] & ~bit;
  }

  private static int word(long number) {
    return (int) (number >>> 6 & (SIZE / Long.SIZE - 1));
  }
}
