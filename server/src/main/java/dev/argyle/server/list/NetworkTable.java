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
      if (AddressRows.compare(highs[middle], lows[middle], high, low) <= 0) {
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

  private static int common(long high, long low, long otherHigh, long otherLow) {
    int same = Long.numberOfLeadingZeros(high ^ otherHigh);
    return same < Long.SIZE ? same : Long.SIZE + Long.numberOfLeadingZeros(low ^ otherLow);
  }

  /** Collects networks. For one thread. */
  static final class Builder {

    private final AddressRows rows = new AddressRows();

    int size() {
      return rows.size;
    }

    /** What the table takes on the heap when it is built, at most. */
    long heapOctets() {
      return (long) rows.size * OCTETS_A_NETWORK;
    }

    /**
     * Adds a network.
     *
     * @param length how many leading bits count, 0 to 128; the others are zero
     */
    void add(long high, long low, int length) {
      rows.add(high, low, length);
    }

    NetworkTable build() {
      rows.sort(); // a network comes before those inside it
      int kept = 0;
      for (int i = 0; i < rows.size; i++) {
        if (kept == 0 || !isWithin(i, kept - 1)) {
          rows.set(kept++, rows.highs[i], rows.lows[i], rows.numbers[i]);
        }
      }
      byte[] lengths = new byte[kept];
      for (int i = 0; i < kept; i++) {
        lengths[i] = (byte) rows.numbers[i];
      }
      return new NetworkTable(
          Arrays.copyOf(rows.highs, kept), Arrays.copyOf(rows.lows, kept), lengths);
    }

    private boolean isWithin(int one, int other) {
      int common = common(rows.highs[other], rows.lows[other], rows.highs[one], rows.lows[one]);
      return common >= rows.numbers[other];
    }
  }
}
