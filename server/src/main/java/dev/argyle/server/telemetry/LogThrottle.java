package dev.argyle.server.telemetry;

import dev.argyle.server.telemetry.SecurityEvent.Counted;
import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes few lines of many similar events: the first of a source and reason is logged at once, the
 * others as one count every {@value #PERIOD_MILLIS} ms. Any thread may call; everything is under
 * this object's monitor. Times are those of any one clock, which nobody should set meanwhile.
 */
final class LogThrottle {
  /** Sources told apart at a time; further ones are counted together. */
  static final int SOURCES = 256;

  static final long PERIOD_MILLIS = 10_000;

  /**
   * What has one count.
   *
   * @param source an IPv6 /64: else one client with many addresses would push the others together
   */
  private record Key(@Nullable Source source, String reason, Door door) {}

  private static final class Entry {
    final @Nullable InetAddress client; // the first of its source
    long sinceMillis;
    long count;

    Entry(@Nullable InetAddress client, long sinceMillis) {
      this.client = client;
      this.sinceMillis = sinceMillis;
    }
  }

  private final Map<Key, Entry> entries = new HashMap<>();
  private final SecurityEvent.Kind kind;

  LogThrottle(SecurityEvent.Kind kind) {
    this.kind = kind;
  }

  /**
   * Counts one.
   *
   * @param reason one of a few words, for each has its own count
   * @param detail logged only if this one is logged at once
   * @return what is to be logged at once, or null
   */
  synchronized @Nullable Counted note(
      InetAddress client, String reason, @Nullable String detail, Door door, long nowMillis) {
    Key key = new Key(Source.of(client), reason, door);
    Entry entry = entries.get(key);
    if (entry != null) {
      entry.count++;
      return null;
    }
    if (entries.size() >= SOURCES) {
      entries.computeIfAbsent(new Key(null, reason, door), _ -> new Entry(null, nowMillis)).count++;
      return null;
    }
    entries.put(key, new Entry(client, nowMillis));
    return new Counted(nowMillis, kind, client, reason, detail, 1, door);
  }

  /** Whether any source is counted now, so that a count may be due later. */
  synchronized boolean counts() {
    return !entries.isEmpty();
  }

  /** The counts whose period is over; a source with nothing to count is forgotten. */
  synchronized List<Counted> due(long nowMillis) {
    return take(nowMillis, PERIOD_MILLIS);
  }

  /** All counts, whether their period is over or not. */
  synchronized List<Counted> rest(long nowMillis) {
    return take(nowMillis, Long.MIN_VALUE);
  }

  private List<Counted> take(long nowMillis, long atLeastMillis) {
    List<Counted> due = new ArrayList<>();
    Iterator<Map.Entry<Key, Entry>> all = entries.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Key, Entry> one = all.next();
      Entry entry = one.getValue();
      if (nowMillis - entry.sinceMillis < atLeastMillis) {
        continue;
      }
      if (entry.count == 0) {
        all.remove();
      } else {
        Key key = one.getKey();
        due.add(
            new Counted(
                nowMillis, kind, entry.client, key.reason(), null, entry.count, key.door()));
        entry.count = 0;
        entry.sinceMillis = nowMillis;
      }
    }
    return due;
  }
}
