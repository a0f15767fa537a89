package dev.argyle.server.list;

import java.util.Arrays;

/**
 * Networks of one family in sorted arrays, those inside others left out: 17 octets each, and no
 * object. An address is a string of bits, left-aligned in 128. Immutable, so any thread asks; a
 * binary search answers.
 */
final class NetworkTable {

  /** What a network takes. */
  static final int OCTETS_A_NETWORK = 2 * Long.BYTES + 1;

  private final long[] highs;
  private final long[] lows;
  private final byte[] lengths; // 0 to 128, without a sign

  private NetworkTable(long[] highs, long[] lows, byte[] lengths) {
    this.highs = highs;
    this.lows = lows;
    this.lengths = lengths;
  }

  int size() {
    return highs.length;
  }

  long heapOctets() {
    return (long) size() * OCTETS_A_NETWORK;
  }

  /** Whether one of the networks has this address. */
  boolean holds(long high, long low) {
    int from = 0;
    int to = highs.length; // the last that does not come after the address is the only candidate
    while (from < to) {
      int middle = from + to >>> 1;
      if (compare(highs[middle], lows[middle], high, low) <= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from > 0 && leads(from - 1, high, low);
  }

  private boolean leads(int network, long high, long low) {
    return common(highs[network], lows[network], high, low) >= (lengths[network] & 0xff);
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    int byHigh = Long.compareUnsigned(high, otherHigh);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
  }

  private static int common(long high, long low, long otherHigh, long otherLow) {
    int same = Long.numberOfLeadingZeros(high ^ otherHigh);
    return same < Long.SIZE ? same : Long.SIZE + Long.numberOfLeadingZeros(low ^ otherLow);
  }

  /** Collects networks. For one thread. */
  static final class Builder {

    private long[] highs = new long[16];
    private long[] lows = new long[16];
    private byte[] lengths = new byte[16];
    private int size;

    int size() {
      return size;
    }

    /** What the table takes on the heap when it is built, at most. */
    long heapOctets() {
      return size * (2L * Long.BYTES + 1);
    }

    /**
     * Adds a network.
     *
     * @param length how many leading bits count, 0 to 128; the others are zero
     */
    void add(long high, long low, int length) {
      if (size == highs.length) {
        highs = Arrays.copyOf(highs, size * 2);
        lows = Arrays.copyOf(lows, size * 2);
        lengths = Arrays.copyOf(lengths, size * 2);
      }
      highs[size] = high;
      lows[size] = low;
      lengths[size++] = (byte) length;
    }

    NetworkTable build() {
      sort();
      int kept = 0;
      for (int i = 0; i < size; i++) {
        boolean within =
            kept > 0
                && common(highs[kept - 1], lows[kept - 1], highs[i], lows[i])
                    >= (lengths[kept - 1] & 0xff);
        if (!within) {
          highs[kept] = highs[i];
          lows[kept] = lows[i];
          lengths[kept++] = lengths[i];
        }
      }
      return new NetworkTable(
          Arrays.copyOf(highs, kept), Arrays.copyOf(lows, kept), Arrays.copyOf(lengths, kept));
    }

    /** In place, for three arrays: heap sort. A network comes before those inside it. */
    private void sort() {
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
      return compared < 0 || (compared == 0 && (lengths[one] & 0xff) < (lengths[other] & 0xff));
    }

    private void swap(int one, int other) {
      long high = highs[one];
      highs[one] = highs[other];
      highs[other] = high;
      long low = lows[one];
      lows[one] = lows[other];
      lows[other] = low;
      byte length = lengths[one];
      lengths[one] = lengths[other];
      lengths[other] = length;
    }
  }
}
