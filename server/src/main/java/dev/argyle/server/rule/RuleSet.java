package dev.argyle.server.rule;

import java.util.Arrays;

/**
 * A set of rule numbers, from 0: the words of a bit set that are not zero, and where they stand. So
 * 10,000 sets of one rule are small, and a set of 10,000 rules is 157 words. Filled by the thread
 * that compiles, in ascending order; never changed once its {@link RuleIndex} is made.
 */
final class RuleSet {

  private int[] positions = new int[1];
  private long[] words = new long[1];
  private int size;

  /** How many words {@code rules} rules take. */
  static int words(int rules) {
    return (rules + Long.SIZE - 1) / Long.SIZE;
  }

  /**
   * Adds a rule.
   *
   * @param rule no lower than those before it
   */
  void add(int rule) {
    int position = rule / Long.SIZE;
    if (size == 0 || positions[size - 1] != position) {
      if (size == words.length) {
        positions = Arrays.copyOf(positions, size * 2);
        words = Arrays.copyOf(words, size * 2);
      }
      positions[size++] = position;
    }
    words[size - 1] |= 1L << rule;
  }

  /** Sets this set's bits in {@code bits}. */
  void addTo(long[] bits) {
    for (int i = 0; i < size; i++) {
      bits[positions[i]] |= words[i];
    }
  }

  /** The number of the lowest bit set; -1: none is. */
  static int lowest(long[] bits) {
    for (int i = 0; i < bits.length; i++) {
      if (bits[i] != 0) {
        return i * Long.SIZE + Long.numberOfTrailingZeros(bits[i]);
      }
    }
    return -1;
  }
}
