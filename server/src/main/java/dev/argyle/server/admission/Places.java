package dev.argyle.server.admission;

import dev.argyle.server.telemetry.Refusal;
import dev.argyle.wire.Source;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The places of one door: how many connections there are, and how many of them may be in their
 * handshake; in all, and of one {@link Source}. Safe for any thread; never blocks for longer than a
 * few steps of another thread with the same source.
 *
 * <p>Beside the caps there is an early random drop, as OpenSSH's MaxStartups: while fewer than
 * {@code max-unauthenticated} clients are in their handshake, nobody is dropped. From that number
 * on, 30 % of those who arrive are dropped, and linearly more up to all of them at twice the
 * number. A source meets its own drop much earlier: it begins above half of {@code
 * max-unauthenticated}, and is complete at three quarters. So one source that fills the places with
 * idle handshakes leaves a quarter to the others, none of whom is dropped.
 *
 * <p>A source is in the table while it has a connection.
 */
public final class Places {

  /** The chance to be dropped where it begins. */
  static final double FIRST_CHANCE = 0.3;

  /** All are dropped at this many times {@code max-unauthenticated}. */
  static final int ALL_DROPPED_AT = 2;

  /**
   * The bounds of now.
   *
   * @param connections in all, at least 1
   * @param ofASource of these, of one source, at least 1
   * @param ofAUser of these, of one user, at least 1
   * @param unauthenticated in their handshake before any is dropped, at least 1
   */
  public record Bounds(int connections, int ofASource, int ofAUser, int unauthenticated) {

    /**
     * Of a management door. Fixed: whoever administers needs few, and a listener of the operator's
     * own is not a thing that load is put on.
     */
    static final Bounds DOOR = new Bounds(256, 128, 256, 128);

    /**
     * The same of HTTP, where a page that is open keeps a connection for its events, and a browser
     * opens six more: a thousand pages of one source, and as many of others.
     */
    static final Bounds HTTP_DOOR = new Bounds(2_048, 1_024, 2_048, 256);

    public Bounds {
      if (connections < 1 || ofASource < 1 || ofAUser < 1 || unauthenticated < 1) {
        throw new IllegalArgumentException("every bound is at least 1");
      }
    }

    /** Of one source in their handshake before any of it is dropped. */
    int unauthenticatedOfASource() {
      return unauthenticated / 2 + 1;
    }

    /** Of one source in their handshake when every further one is dropped. */
    int allOfASourceDroppedAt() {
      return Math.max(unauthenticatedOfASource(), unauthenticated - unauthenticated / 4);
    }
  }

  /** What one source has; only touched in {@link ConcurrentHashMap#compute}. */
  private static final class Share {
    int connections;
    int unauthenticated;
  }

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger unauthenticated = new AtomicInteger();
  private final ConcurrentHashMap<Source, Share> shares = new ConcurrentHashMap<>();
  private final Shares users = new Shares();
  private final DoubleSupplier chance;

  /**
   * @param chance numbers from 0 to below 1; called by many threads
   */
  Places(DoubleSupplier chance) {
    this.chance = chance;
  }

  /**
   * Takes a place for a connection; why there is none, or null.
   *
   * @param source whose share it is counted in; null: nobody's
   */
  @Nullable Refusal take(@Nullable Source source, Bounds bounds) {
    if (connections.incrementAndGet() > bounds.connections) {
      connections.decrementAndGet();
      return Refusal.TOO_MANY;
    }
    Refusal ofSource = source == null ? null : takeShare(source, bounds);
    if (ofSource != null) {
      connections.decrementAndGet();
      return ofSource;
    }
    int before = unauthenticated.getAndIncrement();
    int all = ALL_DROPPED_AT * bounds.unauthenticated;
    if (isDropped(before, bounds.unauthenticated, all)) {
      leaves(source, false);
      return Refusal.EARLY_DROP;
    }
    return null;
  }

  /** Counts a place that was nobody's, and is in its handshake, in the share of a source. */
  @Nullable Refusal takeShare(Source source, Bounds bounds) {
    Asking asking = new Asking(bounds);
    shares.compute(source, asking);
    return asking.refusal;
  }

  /** A source asks for one more place. */
  private final class Asking implements BiFunction<Source, @Nullable Share, @Nullable Share> {

    private final Bounds bounds;
    private @Nullable Refusal refusal;

    Asking(Bounds bounds) {
      this.bounds = bounds;
    }

    @Override
    public @Nullable Share apply(Source source, @Nullable Share known) {
      Share share = known == null ? new Share() : known;
      if (share.connections >= bounds.ofASource) {
        refusal = Refusal.SOURCE_TOO_MANY;
        return known;
      }
      int from = bounds.unauthenticatedOfASource();
      if (isDropped(share.unauthenticated, from, bounds.allOfASourceDroppedAt())) {
        refusal = Refusal.SOURCE_EARLY_DROP;
        return known;
      }
      share.connections++;
      share.unauthenticated++;
      return share;
    }
  }

  private boolean isDropped(int before, int from, int all) {
    if (before < from) {
      return false;
    }
    if (before >= all) {
      return true;
    }
    double way = (double) (before - from) / (all - from); // 0 to 1
    return chance.getAsDouble() < FIRST_CHANCE + (1 - FIRST_CHANCE) * way;
  }

  /** A connection's handshake is behind it. */
  void authenticated(@Nullable Source source) {
    unauthenticated.decrementAndGet();
    if (source != null) {
      shares.computeIfPresent(
          source,
          (_, share) -> {
            share.unauthenticated--;
            return share;
          });
    }
  }

  /** A connection has ended. */
  void leaves(@Nullable Source source, boolean wasAuthenticated) {
    if (!wasAuthenticated) {
      unauthenticated.decrementAndGet();
    }
    connections.decrementAndGet();
    if (source != null) {
      shares.computeIfPresent(source, (_, share) -> without(share, wasAuthenticated));
    }
  }

  private static @Nullable Share without(Share share, boolean wasAuthenticated) {
    if (!wasAuthenticated) {
      share.unauthenticated--;
    }
    share.connections--;
    return share.connections == 0 ? null : share;
  }

  /** Counts a connection among its user's; why not, or null. */
  @Nullable Refusal takeUser(String user, Bounds bounds) {
    return users.take(user, Integer.MAX_VALUE, bounds.ofAUser) == Shares.Answer.GIVEN
        ? null
        : Refusal.USER_TOO_MANY;
  }

  /** A user's connection has ended. */
  void leavesUser(String user) {
    users.leave(user);
  }

  int connections() {
    return connections.get();
  }

  /** Users that have a connection. */
  int users() {
    return users.owners();
  }

  int unauthenticated() {
    return unauthenticated.get();
  }

  /** Sources that have a connection. */
  int sources() {
    return shares.size();
  }
}
