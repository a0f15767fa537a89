package dev.argyle.server.manage.bottler;

import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who showed how many wrong tokens. After {@link #MOST} within a minute an address is ignored for a
 * minute, with the right token too. Belongs to one loop.
 *
 * <p>Of IPv6 a /64 counts as one address. At most {@link #MAX_SOURCES} are remembered; then the one
 * that has been known the longest is forgotten. Senders of datagrams can be forged: so the table
 * can be filled, and an administrator's address ignored for as long as somebody keeps at it, by who
 * reaches the listener and knows that address. The token stays as hard to guess: it has 64 bits.
 */
final class WrongTokens {

  /** Wrong tokens within a minute that are borne. */
  static final int MOST = 20;

  /** In which they count, and for which they are held against an address. */
  static final Duration MINUTE = Duration.ofMinutes(1);

  /** Addresses that are remembered. */
  static final int MAX_SOURCES = 4_096;

  /** One address. */
  private static final class Source {
    private long beginNanos; // of the minute that is counted, or of being ignored
    private int count;
    private boolean ignored;

    Source(long nowNanos) {
      this.beginNanos = nowNanos;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Long, Source> sources =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Source> eldest) {
          return size() > MAX_SOURCES;
        }
      };

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  WrongTokens(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether this address is ignored now. */
  boolean ignores(InetAddress address) {
    if (sources.isEmpty()) {
      return false;
    }
    long key = key(address);
    Source source = sources.get(key);
    if (source == null) {
      return false;
    }
    if (nanoTime.getAsLong() - source.beginNanos >= MINUTE.toNanos()) {
      sources.remove(key); // its minute is over, of either kind
      return false;
    }
    return source.ignored;
  }

  /**
   * This address, which is not ignored, showed a wrong token.
   *
   * @return whether it is ignored from now on
   */
  boolean note(InetAddress address) {
    long now = nanoTime.getAsLong();
    Source source = sources.computeIfAbsent(key(address), _ -> new Source(now));
    if (++source.count < MOST) {
      return false;
    }
    source.ignored = true;
    source.beginNanos = now;
    return true;
  }

  /** How many addresses are remembered. */
  int size() {
    return sources.size();
  }

  private static long key(InetAddress address) {
    byte[] octets = address.getAddress();
    long key = 0;
    for (int i = 0; i < Math.min(octets.length, 8); i++) {
      key = key << 8 | (octets[i] & 0xFF);
    }
    return octets.length == 4 ? key | 1L << 63 | 1L << 32 : key;
  }
}
