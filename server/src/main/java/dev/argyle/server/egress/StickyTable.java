package dev.argyle.server.egress;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Tally;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who has which address, for a stated time after its last use. Safe for any thread: who is known is
 * found without a lock.
 *
 * <p>At most {@value #MAX_KEYS} are known. Fixed: whoever comes when it is full, and nobody in it
 * has expired, gets the address that follows from the key itself, which is as lasting and needs no
 * place; such picks are counted.
 */
final class StickyTable {

  static final int MAX_KEYS = 65_536;

  /** Entries that are looked at to find an expired one, when it is full. */
  private static final int LOOKED_AT = 16;

  private static final class Kept {
    final long number;
    volatile long usedNanos;

    Kept(long number, long usedNanos) {
      this.number = number;
      this.usedNanos = usedNanos;
    }
  }

  private final long keptNanos;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<Object, Kept> known = new ConcurrentHashMap<>();
  private @Nullable Iterator<Kept> look; // under the monitor

  StickyTable(long keptNanos, LongSupplier nanoTime) {
    this.keptNanos = keptNanos;
    this.nanoTime = nanoTime;
  }

  /**
   * The number of a key's address.
   *
   * @param fresh numbers for keys that are not known, or not any more
   */
  long numberOf(Object key, LongSupplier fresh, Tally counters) {
    long now = nanoTime.getAsLong();
    Kept kept = known.get(key);
    if (kept != null && !isOver(kept, now)) {
      kept.usedNanos = now;
      return kept.number;
    }
    if (kept == null && known.size() >= MAX_KEYS && !makesRoom(now)) {
      counters.increment(Counter.EGRESS_STICKY_FULL);
      return key.hashCode();
    }
    return known.compute(
            key,
            (_, there) ->
                there != null && !isOver(there, now) ? there : new Kept(fresh.getAsLong(), now))
        .number;
  }

  private boolean isOver(Kept kept, long now) {
    return now - kept.usedNanos >= keptNanos;
  }

  private synchronized boolean makesRoom(long now) {
    boolean removed = false;
    for (int i = 0; i < LOOKED_AT; i++) {
      Iterator<Kept> some = look == null || !look.hasNext() ? known.values().iterator() : look;
      look = some;
      if (some.hasNext() && isOver(some.next(), now)) {
        some.remove();
        removed = true;
      }
    }
    return removed;
  }
}
