package dev.argyle.server.udp;

import java.nio.ByteBuffer;

/**
 * The addresses that an association wrote to, which therefore may answer, as long as the rules let
 * the client write to them.
 */
final class Remotes {

  private static final int ADDRESS = 16;

  private final UdpAssociation association;
  private final Recent<Octets, Route> known; // each by the way in which it was written to last
  private final ByteBuffer scratch = ByteBuffer.allocate(ADDRESS);
  private final Octets asked = new Octets(ADDRESS);
  private long wroteHigh;
  private long wroteLow;
  private long lastHigh;
  private long lastLow; // 0 and 0, which is no address: none yet

  Remotes(int most, UdpAssociation association) {
    this.association = association;
    this.known = new Recent<>(most, association.share());
  }

  void wrote(Route route) {
    long high = route.high;
    long low = route.low;
    if (low == wroteLow && high == wroteHigh) {
      return; // as for the datagram before
    }
    wroteHigh = high;
    wroteLow = low;
    Route before = known.get(key(high, low));
    if (before == null) {
      known.put(asked.copy(), route);
    } else if (before != route) {
      known.put(asked, route); // the key stays the one that is there
    }
  }

  boolean mayAnswer(long high, long low) {
    if (low == lastLow && high == lastHigh && (low | high) != 0) {
      return true;
    }
    Route route = known.get(key(high, low));
    if (route == null) {
      return false;
    }
    if (!association.holds(route)) {
      known.forget(key(high, low));
      return false;
    }
    lastHigh = high;
    lastLow = low;
    return true;
  }

  /** Each has to be asked about again. */
  void rulesChanged() {
    wroteHigh = 0;
    wroteLow = 0;
    lastHigh = 0;
    lastLow = 0;
  }

  void clear() {
    known.clear();
    rulesChanged();
  }

  private Octets key(long high, long low) {
    scratch.putLong(0, high).putLong(8, low);
    return asked.set(scratch, 0, ADDRESS);
  }
}
