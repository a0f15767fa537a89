package dev.argyle.server.dial;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What single name servers were found not to bear, so that it costs a query once in a while and not
 * each time. Belongs to the resolver's home.
 */
final class Concessions {

  /** What is left out of a query. */
  enum Concession {
    /** The OPT record: the server answers FORMERR or NOTIMP to it (RFC 6891, section 7). */
    WITHOUT_EDNS,
    /** The mixed case of the name: the server does not repeat it as it is. */
    IN_LOWER_CASE
  }

  /** How long it is remembered: the server may be replaced by another. */
  static final long KNOWN_NANOS = TimeUnit.MINUTES.toNanos(15);

  /** Entries; beyond it the one that was made first is forgotten. Name servers are few. */
  static final int MAX_KNOWN = 64;

  private record Key(InetSocketAddress server, Concession what) {}

  private final LongSupplier clockNanos;
  private final SequencedMap<Key, Long> madeNanos = new LinkedHashMap<>();

  Concessions(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
  }

  /** The server has shown that it needs it. */
  void make(InetSocketAddress server, Concession what) {
    madeNanos.putLast(new Key(server, what), clockNanos.getAsLong());
    if (madeNanos.size() > MAX_KNOWN) {
      madeNanos.pollFirstEntry();
    }
  }

  boolean holds(InetSocketAddress server, Concession what) {
    if (madeNanos.isEmpty()) {
      return false;
    }
    Key key = new Key(server, what);
    Long made = madeNanos.get(key);
    if (made != null && clockNanos.getAsLong() - made >= KNOWN_NANOS) {
      madeNanos.remove(key);
      return false;
    }
    return made != null;
  }
}
