package dev.argyle.server.list;

import java.util.Arrays;

/**
 * Rows of an address and a number while a table is built: three arrays that grow together. An
 * address is a string of bits, left-aligned in 128. For one thread.
 */
final class AddressRows {

  private static final int FIRST_ROWS = 16;

  long[] highs = new long[FIRST_ROWS];
  long[] lows = new long[FIRST_ROWS];
  short[] numbers = new short[FIRST_ROWS];
  int size;

  void add(long high, long low, int number) {
    if (size == highs.length) {
      highs = Arrays.copyOf(highs, size * 2);
      lows = Arrays.copyOf(lows, size * 2);
      numbers = Arrays.copyOf(numbers, size * 2);
    }
    set(size++, high, low, number);
  }

  void set(int row, long high, long low, int number) {
    highs[row] = high;
    lows[row] = low;
    numbers[row] = (short) number;
  }

  /** By addresses, without a sign. */
  static int compare(long high, long low, long otherHigh, long otherLow) {
    int byHigh = Long.compareUnsigned(high, otherHigh);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
  }

  /** By addresses, then by numbers, in place: heap sort, for no object is there to be sorted. */
  void sort() {
    for (int root = size / 2 - 1; root >= 0; root--) {
      siftDown(root, size);
    }
    for (int last = size - 1; last > 0; last--) {
      swap(0, last);
      siftDown(0, last);
    }
  }

  private void siftDown(int root, int end) {
    int at = root;
    while (2 * at + 1 < end) {
      int child = 2 * at + 1;
      if (child + 1 < end && isLess(child, child + 1)) {
        child++;
      }
      if (!isLess(at, child)) {
        return;
      }
      swap(at, child);
      at = child;
    }
  }

  private boolean isLess(int one, int other) {
    int compared = compare(highs[one], lows[one], highs[other], lows[other]);
    return compared < 0 || (compared == 0 && numbers[one] < numbers[other]);
  }

  private void swap(int one, int other) {
    long high = highs[one];
    long low = lows[one];
    int number = numbers[one];
    set(one, highs[other], lows[other], numbers[other]);
    set(other, high, low, number);
  }
}
