package dev.argyle.server.admission;

import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Source;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The penalties of the sources of one family. Everything is under the lock of {@link Penalties}.
 */
final class PenaltyTable {

  /** A source's penalty. */
  static final class Penalty implements Comparable<Penalty> {
    final long source;
    long expiresNanos; // only changed outside of the tree
    boolean refused;
    Penalties.Reason reason = Penalties.Reason.MALFORMED; // of the newest failure, as is the door
    @Nullable Door door;

    Penalty(long source) {
      this.source = source;
    }

    @Override
    public int compareTo(Penalty other) {
      long difference = expiresNanos - other.expiresNanos; // nanoTime may wrap
      return difference != 0 ? Long.signum(difference) : Long.compare(source, other.source);
    }
  }

  private final boolean six;
  private final int most;
  private final NavigableMap<Long, Penalty> bySource = new TreeMap<>(Long::compareUnsigned);
  private final TreeSet<Penalty> byTime = new TreeSet<>();

  /**
   * @param six whether its sources are of IPv6
   * @param most sources that have room
   */
  PenaltyTable(boolean six, int most) {
    this.six = six;
    this.most = most;
  }

  @Nullable Penalty find(long source) {
    return bySource.get(source);
  }

  int size() {
    return bySource.size();
  }

  void remove(Penalty penalty) {
    byTime.remove(penalty);
    bySource.remove(penalty.source);
  }

  void add(Penalty penalty) {
    byTime.add(penalty);
    bySource.put(penalty.source, penalty);
  }

  void clear() {
    bySource.clear();
    byTime.clear();
  }

  /** An insertion evicts up to two expired entries, and one anyway if the table is full. */
  void makeRoom(long now) {
    for (int i = 0; i < 2 && !byTime.isEmpty(); i++) {
      Penalty first = byTime.first();
      if (first.expiresNanos - now <= 0 || bySource.size() >= most) {
        remove(first);
      }
    }
  }

  /**
   * Adds those that have not expired, ascending, until the page is full.
   *
   * @param after only greater ones; null: all
   * @param limit entries of a full page
   */
  void addTo(List<PenaltyEntry> page, @Nullable Long after, int limit, long now) {
    var entries = after == null ? bySource : bySource.tailMap(after, false);
    for (Penalty penalty : entries.values()) {
      if (page.size() >= limit) {
        return;
      }
      long left = penalty.expiresNanos - now;
      if (left > 0) {
        page.add(
            new PenaltyEntry(
                new Source(six, penalty.source),
                penalty.door,
                penalty.reason,
                Duration.ofNanos(left),
                penalty.refused));
      }
    }
  }
}
