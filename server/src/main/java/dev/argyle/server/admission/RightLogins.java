package dev.argyle.server.admission;

import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The sources from which somebody logged in rightly not long ago. Many clients may share such an
 * address, an office for example, so that one of them who fails does not shut the others out: its
 * penalty makes logins wait, where it would refuse clients otherwise. Safe for any thread, without
 * locks.
 *
 * <p>Logins whose password has to be verified are let through one by one then, {@link #BETWEEN}
 * apart, which bounds guessing; what was verified before is not held up.
 *
 * <p>IPv4 and IPv6 have a table each, of about {@link Penalties#MAX_SOURCES}. In a full one a new
 * source takes the place of the oldest of some that are looked at.
 */
final class RightLogins {

  /** For how long a right login counts. */
  static final Duration REMEMBERED = Duration.ofHours(1);

  /** Between two logins of one penalised source that are verified. */
  static final Duration BETWEEN = Duration.ofSeconds(1);

  private static final long REMEMBERED_NANOS = REMEMBERED.toNanos();
  private static final long BETWEEN_NANOS = BETWEEN.toNanos();

  /** How exact the time of the last right login is: most logins write nothing. */
  private static final long NOTED_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  /** Entries that are looked at for one to remove. */
  private static final int LOOKED_AT = 16;

  /** What is known of a source. */
  private static final class Entry {
    volatile long lastNanos;
    final AtomicLong nextNanos; // when the next login may be verified, at the soonest

    Entry(long now) {
      lastNanos = now;
      nextNanos = new AtomicLong(now);
    }
  }

  private final LongSupplier nanoTime;
  private final int maxSources;
  private final Map<Source, Entry> four = new ConcurrentHashMap<>();
  private final Map<Source, Entry> six = new ConcurrentHashMap<>();

  RightLogins(LongSupplier nanoTime) {
    this(nanoTime, Penalties.MAX_SOURCES);
  }

  RightLogins(LongSupplier nanoTime, int maxSources) {
    this.nanoTime = nanoTime;
    this.maxSources = maxSources;
  }

  /** Somebody has logged in rightly from there. */
  void note(InetAddress address) {
    Source source = Source.of(address);
    Map<Source, Entry> table = table(source);
    long now = nanoTime.getAsLong();
    Entry there = table.get(source);
    if (there == null) {
      if (table.size() >= maxSources) {
        removeOne(table, now);
      }
      table.putIfAbsent(source, new Entry(now));
    } else if (now - there.lastNanos >= NOTED_EVERY_NANOS) {
      there.lastNanos = now;
    }
  }

  /** Whether somebody has logged in rightly from there within {@link #REMEMBERED}. */
  boolean lately(InetAddress address) {
    Source source = Source.of(address);
    Entry there = table(source).get(source);
    return there != null && nanoTime.getAsLong() - there.lastNanos < REMEMBERED_NANOS;
  }

  /**
   * Takes the next time at which a login of this source may be verified.
   *
   * @return how long to wait until then; negative: longer than {@link Penalties#MAX_DELAY}, and
   *     none was taken
   */
  long takeTurnNanos(InetAddress address) {
    Source source = Source.of(address);
    Entry there = table(source).get(source);
    if (there == null) {
      return 0;
    }
    while (true) {
      long now = nanoTime.getAsLong();
      long next = there.nextNanos.get();
      long wait = Math.max(0, next - now);
      if (wait > Penalties.MAX_DELAY.toNanos()) {
        return -1;
      }
      if (there.nextNanos.compareAndSet(next, now + wait + BETWEEN_NANOS)) {
        return wait;
      }
    }
  }

  /** How many sources are known, of both families. */
  int sources() {
    return four.size() + six.size();
  }

  private static void removeOne(Map<Source, Entry> table, long now) {
    Iterator<Map.Entry<Source, Entry>> each = table.entrySet().iterator();
    Source oldest = null;
    long age = -1;
    for (int i = 0; i < LOOKED_AT && each.hasNext(); i++) {
      Map.Entry<Source, Entry> one = each.next();
      if (now - one.getValue().lastNanos > age) {
        age = now - one.getValue().lastNanos;
        oldest = one.getKey();
      }
    }
    if (oldest != null) {
      table.remove(oldest);
    }
  }

  private Map<Source, Entry> table(Source source) {
    return source.six() ? six : four;
  }
}
