package dev.argyle.server.admission;

import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Who showed how many wrong tokens by datagrams. After {@link #MOST} within a minute a {@link
 * Source} is ignored for a minute, even with the right token. Thread-safe.
 *
 * <p>At most {@link #MAX_SOURCES} are remembered; then the one that has been known the longest is
 * forgotten. Senders of datagrams can be forged, so this is apart from {@link Penalties}: whoever
 * reaches the listener can fill the table, or have an administrator's address ignored for as long
 * as they keep at it. The token stays as hard to guess: it has 64 bits.
 */
final class WrongTokens {

  /** Wrong tokens within a minute after which a source is ignored. */
  static final int MOST = 20;

  /** In which they count, and for which a source is ignored. */
  static final Duration MINUTE = Duration.ofMinutes(1);

  static final int MAX_SOURCES = 4_096;

  /** What is known of a source. */
  private static final class Count {
    private long beginNanos; // of the minute that is counted, or of being ignored
    private int wrong;
    private boolean ignored;

    private Count(long nowNanos) {
      this.beginNanos = nowNanos;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Source, Count> counts = new LinkedHashMap<>() { // under the monitor
        @Override
        protected boolean removeEldestEntry(Map.Entry<Source, Count> eldest) {
          return size() > MAX_SOURCES;
        }
      };

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  WrongTokens(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether this address is ignored now, loopback too (protocols/bottler.md). */
  synchronized boolean ignores(InetAddress address) {
    Source source = Source.of(address);
    Count count = counts.get(source);
    if (count == null) {
      return false;
    }
    if (nanoTime.getAsLong() - count.beginNanos >= MINUTE.toNanos()) {
      counts.remove(source); // its minute is over, of either kind
      return false;
    }
    return count.ignored;
  }

  /**
   * This address, which is not ignored, showed a wrong token.
   *
   * @return whether it is ignored from now on
   */
  synchronized boolean note(InetAddress address) {
    long now = nanoTime.getAsLong();
    Count count = counts.computeIfAbsent(Source.of(address), _ -> new Count(now));
    if (++count.wrong < MOST) {
      return false;
    }
    count.ignored = true;
    count.beginNanos = now;
    return true;
  }

  /** How many sources are remembered. */
  synchronized int size() {
    return counts.size();
  }
}
