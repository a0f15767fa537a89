package dev.argyle.server.list;

import java.util.Arrays;

/**
 * The countries of one family's addresses: ranges in sorted arrays, each up to the start of the
 * next one, 10 octets each, and 18 where one of them is smaller than an IPv6 /64. An address is a
 * string of bits, left-aligned in 128. Immutable, so any thread asks; a binary search answers, and
 * allocates nothing.
 */
final class CountryTable {

  private final long[] highs;
  private final long[] lows; // empty: all are zero
  private final short[] countries; // NONE too: of what is between networks

  private CountryTable(long[] highs, long[] lows, short[] countries) {
    this.highs = highs;
    this.lows = lows;
    this.countries = countries;
  }

  /** Ranges that are in a country. */
  int size() {
    int size = 0;
    for (short country : countries) {
      size += country == CountryCode.NONE ? 0 : 1;
    }
    return size;
  }

  long heapOctets() {
    return (long) (highs.length + lows.length) * Long.BYTES + (long) countries.length * Short.BYTES;
  }

  /** The number of the country that an address is in; {@link CountryCode#NONE}: in none. */
  int of(long high, long low) {
    int from = 0;
    int to = highs.length; // the last that does not begin behind the address has it
    while (from < to) {
      int middle = from + to >>> 1;
      int compared = Long.compareUnsigned(highs[middle], high);
      if (compared == 0 && lows.length > 0) {
        compared = Long.compareUnsigned(lows[middle], low);
      }
      if (compared <= 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from == 0 ? CountryCode.NONE : countries[from - 1];
  }

  /** Collects networks in ascending order. For one thread. */
  static final class Builder {

    private final AddressRows rows = new AddressRows(); // the number is the country's
    private boolean small; // a network begins within a /64
    private long nextHigh; // the first address behind the last network
    private long nextLow;
    private boolean full; // there is none

    /** Ranges of addresses, in a country or not. */
    int size() {
      return rows.size;
    }

    /** What the table takes on the heap when it is built, at most. */
    long heapOctets() {
      return rows.size * (2L * Long.BYTES + Short.BYTES);
    }

    /**
     * Adds a network.
     *
     * @param prefix how many leading bits count, 0 to 128 (IPv4: 32); the others are zero
     * @return false: it is not behind the last one, and was not added
     */
    boolean add(long high, long low, int prefix, int country) {
      int gap = AddressRows.compare(high, low, nextHigh, nextLow);
      if (full || gap < 0) {
        return false;
      }
      if (gap > 0) {
        begin(nextHigh, nextLow, CountryCode.NONE);
      }
      begin(high, low, country);
      endOf(high, low, prefix);
      return true;
    }

    private void begin(long high, long low, int country) {
      int last = rows.size == 0 ? CountryCode.NONE : rows.numbers[rows.size - 1];
      if (country == last) {
        return; // the range goes on
      }
      rows.add(high, low, country);
      small |= low != 0;
    }

    private void endOf(long high, long low, int prefix) {
      if (prefix == 0) {
        full = true;
      } else if (prefix <= Long.SIZE) {
        nextHigh = high + (1L << Long.SIZE - prefix);
        nextLow = 0;
        full = nextHigh == 0;
      } else {
        nextLow = low + (1L << 2 * Long.SIZE - prefix);
        nextHigh = nextLow == 0 ? high + 1 : high;
        full = nextLow == 0 && nextHigh == 0;
      }
    }

    CountryTable build() {
      if (!full && rows.size > 0) {
        begin(nextHigh, nextLow, CountryCode.NONE);
      }
      return new CountryTable(
          Arrays.copyOf(rows.highs, rows.size),
          small ? Arrays.copyOf(rows.lows, rows.size) : new long[0],
          Arrays.copyOf(rows.numbers, rows.size));
    }
  }
}
