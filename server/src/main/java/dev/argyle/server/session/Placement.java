package dev.argyle.server.session;

import java.util.List;

/**
 * Which loop a client lives on, from accept to its end: the one with the fewest active clients. The
 * kernel's choice among the loops' listeners is a hash, which is far from even with few clients.
 *
 * <p>Clients are counted here, when they are placed: had they to begin first, a crowd that comes at
 * once would all be sent to the loop that was the least busy before it came. A client stays where
 * it is, so what matters for those that stay is how many tunnels of a loop move octets, not how
 * many rest there.
 *
 * <p>Safe for any thread: loops accept at the same time, and a client that one of them places
 * counts for the next.
 */
final class Placement {

  private final List<SessionLoop> loops;

  Placement(List<SessionLoop> loops) {
    this.loops = loops;
  }

  /**
   * Places a client.
   *
   * @param own the loop that has accepted it; it keeps the client unless another has fewer, for
   *     handing over costs a wake-up
   * @return where the client is counted as active
   */
  synchronized SessionLoop place(SessionLoop own) {
    SessionLoop least = own;
    for (SessionLoop loop : loops) {
      if (loop.active() < least.active()) {
        least = loop;
      }
    }
    least.addActive();
    return least;
  }
}
