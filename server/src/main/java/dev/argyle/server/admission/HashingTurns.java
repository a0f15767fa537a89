package dev.argyle.server.admission;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many passwords of one source are being hashed: one address must not use up the pool that all
 * doors share. Safe for any thread. The table holds who is at it now, and so no more sources than
 * there are connections.
 */
public final class HashingTurns {

  /** At once, for a source (IPv6: for each /64). */
  public static final int A_SOURCE = 4;

  private final ConcurrentHashMap<Source, Integer> underWay = new ConcurrentHashMap<>();

  /** An IPv4 address, or the /64 of an IPv6 one. */
  private record Source(boolean six, long key) {

    static Source of(InetAddress address) {
      byte[] octets = address.getAddress();
      return new Source(octets.length == 16, Penalties.key(octets));
    }
  }

  /**
   * Takes a turn, which is given back by {@link #end}; false: the source has all of its turns under
   * way.
   */
  public boolean begin(InetAddress source) {
    boolean[] taken = {false};
    underWay.compute(
        Source.of(source),
        (_, count) -> {
          int now = count == null ? 0 : count;
          taken[0] = now < A_SOURCE;
          return taken[0] ? now + 1 : now;
        });
    return taken[0];
  }

  /** Gives a turn back. */
  public void end(InetAddress source) {
    underWay.computeIfPresent(Source.of(source), (_, count) -> count == 1 ? null : count - 1);
  }
}
