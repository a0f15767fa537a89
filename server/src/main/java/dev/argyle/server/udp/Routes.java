package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The destinations of an association: those that are known, and names that are looked up. A client
 * may write to many new names at once, as one of BitTorrent does to its trackers. How many are
 * asked at a time, and in which order, is the resolver's affair. Belongs to the association's loop.
 */
final class Routes {

  /** Destinations that are remembered; beyond it the least recently used is evicted. */
  static final int MAX_KNOWN = 1024;

  /** Names that are looked up at once; datagrams to more are dropped. */
  static final int MAX_PENDING = 64;

  private final UdpAssociation association;
  private final UdpOwner owner;
  private final Octets asked = new Octets(Destination.MAX_LENGTH);
  private final Recent<Octets, Route> known;
  private final SequencedMap<Octets, Route> pending = new LinkedHashMap<>(0); // the oldest first
  private @Nullable Route last;
  private Counter refusal = Counter.UDP_DROPPED_QUEUE_FULL;

  Routes(UdpAssociation association, UdpOwner owner) {
    this.association = association;
    this.owner = owner;
    this.known = new Recent<>(MAX_KNOWN, association.share());
  }

  /**
   * The route to the destination that is written at a place of the loop's memory.
   *
   * @return null: it is a name, and there is no room for it ({@link #refusal})
   */
  @Nullable Route to(int at, int length, long nowNanos) {
    Route used = last;
    if (used != null
        && used.key.isAt(association.loop().memory, at, length)
        && !used.isStale(nowNanos)) {
      return used;
    }
    Octets key = asked.set(association.loop().memory, at, length);
    Route before = known.get(key);
    Route route = before != null && association.holds(before) ? before : null;
    if (route == null || route.isStale(nowNanos)) {
      Route searched = pending.get(key);
      Route found = searched == null ? find(key.copy(), before, nowNanos) : searched;
      boolean isLate = found == null || found.isPending();
      if (!isLate || route == null || route.via == null) {
        return found;
      } // else it is looked up again: the last address is used meanwhile
    }
    last = route;
    return route;
  }

  /** Why {@link #to} has last answered null. */
  Counter refusal() {
    return refusal;
  }

  private @Nullable Route find(Octets key, @Nullable Route before, long nowNanos) {
    if (!(Destination.read(key.view())
        instanceof Decoded.Message<Destination, Void>(Destination destination))) {
      throw new IllegalStateException("a destination that was measured can be read");
    }
    Route route = new Route(association, this, key, destination, nowNanos);
    if (!(destination.host() instanceof Host.Name)) {
      route.search(owner, null);
      known.put(key, route);
      return route;
    }
    if (pending.size() >= MAX_PENDING) {
      refusal = Counter.UDP_DROPPED_QUEUE_FULL;
      return null;
    }
    Counter full = route.reserve();
    if (full != null) {
      refusal = full;
      return null;
    }
    pending.put(key, route);
    route.search(owner, before == null ? null : before.address());
    return route;
  }

  /** Nothing waits for this route any more. */
  void known(Route route) {
    pending.remove(route.key, route);
    known.put(route.key, route);
  }

  /** Gives up names that are not resolved in time. */
  void expire(long nowNanos) {
    if (pending.isEmpty() || !pending.firstEntry().getValue().isLate(nowNanos)) {
      return;
    }
    for (Route route : List.copyOf(pending.values())) {
      if (route.isLate(nowNanos)) {
        route.giveUp();
      }
    }
  }

  /** What is looked up was asked for by the old ones; what is known is asked about again. */
  void rulesChanged() {
    List<Route> left = List.copyOf(pending.values());
    pending.clear();
    left.forEach(Route::forget);
    last = null;
  }

  void clear() {
    rulesChanged();
    known.clear();
  }
}
