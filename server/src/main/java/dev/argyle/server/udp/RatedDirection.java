package dev.argyle.server.udp;

import dev.argyle.server.rate.Budget;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;

/**
 * One direction of an association whose account has a rate: what it may pass, and how large its
 * datagrams are, for a slice is octets and a receive is datagrams. Belongs to the association's
 * loop.
 */
final class RatedDirection {

  /** What a datagram takes that is as large as most networks pass. */
  private static final int USUAL_OCTETS = 1200;

  /** Of a datagram, at least: small ones may be followed by large ones. */
  private static final int LEAST_COST_OCTETS = 300;

  /** What is asked for of a rate: as much as a stream does that has the same slices. */
  private static final int MOST_OF_A_SLICE = 1 << 20;

  private final Budget budget;
  private final LoopCounters counters;
  private int cost = USUAL_OCTETS; // octets of a datagram, by those that passed last

  RatedDirection(Budget budget, LoopCounters counters) {
    this.budget = budget;
    this.counters = counters;
  }

  /**
   * How many datagrams may pass, at most {@code most}: as many as a slice has room for, by the size
   * of those that passed last. If the next ones are larger, that many still pass, and what follows
   * waits for it. 0: none, and the budget wakes the direction; else {@link #passed} is next.
   */
  int room(int most) {
    boolean waited = budget.waits();
    int slice = budget.take(MOST_OF_A_SLICE);
    if (slice == 0) {
      counters.add(Counter.RATE_WAITS, waited ? 0 : 1);
      return 0;
    }
    return Math.clamp(slice / cost, 1, most);
  }

  /**
   * What became of the room.
   *
   * @param count datagrams that were received
   * @param octets what was passed on of them
   * @param more whether the room was too small, so that more may wait
   */
  void passed(int count, int octets, boolean more) {
    if (count > 0) {
      cost = Math.max(LEAST_COST_OCTETS, octets / count);
    }
    if (more) {
      budget.passedAndMoreWaits(octets);
    } else {
      budget.passed(octets);
    }
  }

  /** Octets passed without having been asked for. */
  void charge(int octets) {
    budget.charge(octets);
  }

  void close() {
    budget.close();
  }
}
