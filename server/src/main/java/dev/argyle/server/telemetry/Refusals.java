package dev.argyle.server.telemetry;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a flood of refusals into few lines: the first of a source at once, the rest as one count
 * every {@value #PERIOD_MILLIS} ms. Any thread; all under this object's monitor.
 */
final class Refusals {
  /** Sources told apart at a time; further ones are counted together. */
  static final int SOURCES = 256;

  static final long PERIOD_MILLIS = 10_000;

  private record Key(@Nullable InetAddress source, Refusal why, Door door) {}

  private static final class Entry {
    long sinceMillis;
    long count;

    Entry(long sinceMillis) {
      this.sinceMillis = sinceMillis;
    }
  }

  private final Map<Key, Entry> entries = new HashMap<>();

  /** Counts one; what is to be logged at once, or null. */
  synchronized SecurityEvent.@Nullable Refused note(
      InetAddress source, Refusal why, Door door, long nowMillis) {
    Key key = new Key(source, why, door);
    Entry entry = entries.get(key);
    if (entry != null) {
      entry.count++;
      return null;
    }
    if (entries.size() >= SOURCES) {
      entries.computeIfAbsent(new Key(null, why, door), others -> new Entry(nowMillis)).count++;
      return null;
    }
    entries.put(key, new Entry(nowMillis));
    return new SecurityEvent.Refused(nowMillis, source, why, 1, door);
  }

  /** The counts whose period is over; a source with nothing to count is forgotten. */
  synchronized List<SecurityEvent.Refused> due(long nowMillis) {
    return take(nowMillis, PERIOD_MILLIS);
  }

  /** All counts, whether their period is over or not. */
  synchronized List<SecurityEvent.Refused> rest(long nowMillis) {
    return take(nowMillis, Long.MIN_VALUE);
  }

  private List<SecurityEvent.Refused> take(long nowMillis, long atLeastMillis) {
    if (entries.isEmpty()) {
      return List.of();
    }
    List<SecurityEvent.Refused> due = new ArrayList<>();
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
            new SecurityEvent.Refused(nowMillis, key.source(), key.why(), entry.count, key.door()));
        entry.count = 0;
        entry.sinceMillis = nowMillis;
      }
    }
    return due;
  }
}
