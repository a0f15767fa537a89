package dev.argyle.server.admission;

import dev.argyle.server.telemetry.Refusal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many connections there are, and how many of them may be in their handshake. Safe for any
 * thread; never blocks.
 *
 * <p>Beside the cap on all connections there is an early random drop, as OpenSSH's MaxStartups:
 * while fewer than {@code max-unauthenticated} clients are in their handshake, nobody is dropped.
 * From that number on, 30 % of those who arrive are dropped, and linearly more up to all of them at
 * twice the number. So one who fills the places with idle handshakes cannot lock the others out.
 */
final class ConnectionLimits {

  /** The chance to be dropped at {@code max-unauthenticated}. */
  static final double FIRST_CHANCE = 0.3;

  /** All are dropped at this many times {@code max-unauthenticated}. */
  static final int ALL_DROPPED_AT = 2;

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger unauthenticated = new AtomicInteger();
  private final DoubleSupplier chance;

  /**
   * @param chance numbers from 0 to below 1; called by many threads
   */
  ConnectionLimits(DoubleSupplier chance) {
    this.chance = chance;
  }

  /** Takes a place for a connection; why there is none, or null. */
  @Nullable Refusal take(int maxConnections, int maxUnauthenticated) {
    if (connections.incrementAndGet() > maxConnections) {
      connections.decrementAndGet();
      return Refusal.TOO_MANY;
    }
    int before = unauthenticated.getAndIncrement();
    if (isDropped(before, maxUnauthenticated)) {
      unauthenticated.decrementAndGet();
      connections.decrementAndGet();
      return Refusal.EARLY_DROP;
    }
    return null;
  }

  private boolean isDropped(int before, int from) {
    if (before < from) {
      return false;
    }
    double way = (double) (before - from) / ((ALL_DROPPED_AT - 1L) * from); // 0 to 1 and beyond
    return chance.getAsDouble() < FIRST_CHANCE + (1 - FIRST_CHANCE) * way;
  }

  void authenticated() {
    unauthenticated.decrementAndGet();
  }

  void leaves(boolean wasAuthenticated) {
    if (!wasAuthenticated) {
      unauthenticated.decrementAndGet();
    }
    connections.decrementAndGet();
  }

  int connections() {
    return connections.get();
  }

  int unauthenticated() {
    return unauthenticated.get();
  }
}
