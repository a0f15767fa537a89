package dev.argyle.server.udp;

import java.nio.ByteBuffer;

/** The addresses that an association wrote to, which therefore may answer. */
final class Remotes {

  private static final int ADDRESS = 16;

  private final Recent<Octets, Boolean> known;
  private final ByteBuffer scratch = ByteBuffer.allocate(ADDRESS);
  private final Octets asked = new Octets(ADDRESS);
  private long wroteHigh;
  private long wroteLow;
  private long lastHigh;
  private long lastLow; // 0 and 0, which is no address: none yet

  Remotes(int most, LoopShare share) {
    known = new Recent<>(most, share);
  }

  void wrote(long high, long low) {
    if (low == wroteLow && high == wroteHigh) {
      return; // as for the datagram before
    }
    wroteHigh = high;
    wroteLow = low;
    if (known.get(key(high, low)) == null) {
      known.put(asked.copy(), true);
    }
  }

  boolean mayAnswer(long high, long low) {
    if (low == lastLow && high == lastHigh && (low | high) != 0) {
      return true;
    }
    if (known.get(key(high, low)) == null) {
      return false;
    }
    lastHigh = high;
    lastLow = low;
    return true;
  }

  void clear() {
    known.clear();
    wroteHigh = 0;
    wroteLow = 0;
    lastHigh = 0;
    lastLow = 0;
  }

  private Octets key(long high, long low) {
    scratch.putLong(0, high).putLong(8, low);
    return asked.set(scratch, 0, ADDRESS);
  }
}
