package dev.argyle.server.telemetry;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a flood of like events into few lines: the first of a source and reason at once, the rest
 * as one count every {@value #PERIOD_MILLIS} ms. Any thread; all under this object's monitor.
 *
 * @param <W> the reasons
 */
final class Floods<W> {
  /** Sources told apart at a time; further ones are counted together. */
  static final int SOURCES = 256;

  static final long PERIOD_MILLIS = 10_000;

  private record Key<W>(@Nullable InetAddress source, W why, Door door) {}

  /** Makes an event of a count. */
  interface Line<W> {
    SecurityEvent of(long timeMillis, @Nullable InetAddress source, W why, long count, Door door);
  }

  private static final class Entry {
    long sinceMillis;
    long count;

    Entry(long sinceMillis) {
      this.sinceMillis = sinceMillis;
    }
  }

  private final Map<Key<W>, Entry> entries = new HashMap<>();
  private final Line<W> line;

  Floods(Line<W> line) {
    this.line = line;
  }

  /** Counts one; what is to be logged at once, or null. */
  synchronized @Nullable SecurityEvent note(InetAddress source, W why, Door door, long nowMillis) {
    Key<W> key = new Key<>(source, why, door);
    Entry entry = entries.get(key);
    if (entry != null) {
      entry.count++;
      return null;
    }
    if (entries.size() >= SOURCES) {
      entries.computeIfAbsent(new Key<>(null, why, door), others -> new Entry(nowMillis)).count++;
      return null;
    }
    entries.put(key, new Entry(nowMillis));
    return line.of(nowMillis, source, why, 1, door);
  }

  /** The counts whose period is over; a source with nothing to count is forgotten. */
  synchronized List<SecurityEvent> due(long nowMillis) {
    return take(nowMillis, PERIOD_MILLIS);
  }

  /** All counts, whether their period is over or not. */
  synchronized List<SecurityEvent> rest(long nowMillis) {
    return take(nowMillis, Long.MIN_VALUE);
  }

  private List<SecurityEvent> take(long nowMillis, long atLeastMillis) {
    if (entries.isEmpty()) {
      return List.of();
    }
    List<SecurityEvent> due = new ArrayList<>();
    Iterator<Map.Entry<Key<W>, Entry>> all = entries.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Key<W>, Entry> one = all.next();
      Entry entry = one.getValue();
      if (nowMillis - entry.sinceMillis < atLeastMillis) {
        continue;
      }
      if (entry.count == 0) {
        all.remove();
      } else {
        Key<W> key = one.getKey();
        due.add(line.of(nowMillis, key.source(), key.why(), entry.count, key.door()));
        entry.count = 0;
        entry.sinceMillis = nowMillis;
      }
    }
    return due;
  }
}
