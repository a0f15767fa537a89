package dev.argyle.server.admission;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * How many logins are being computed, passwords or tokens: one address must not use up what all
 * share. A turn is held until the work has ended, whether or not its client still waits. Safe for
 * any thread. The table holds who is at it now, and so no more sources than there are connections.
 */
public final class HashingTurns {

  /** Passwords at once, for a source (IPv6: for each /64). */
  public static final int A_SOURCE = 4;

  private final int ofASource;
  private final Semaphore inAll;
  private final ConcurrentHashMap<Source, Integer> underWay = new ConcurrentHashMap<>();

  /** For passwords; how many are hashed in all is the pool's business. */
  public HashingTurns() {
    this(A_SOURCE, Integer.MAX_VALUE);
  }

  /**
   * @param ofASource at once, for a source (IPv6: for each /64)
   * @param inAll at once
   */
  public HashingTurns(int ofASource, int inAll) {
    this.ofASource = ofASource;
    this.inAll = new Semaphore(inAll);
  }

  /**
   * Takes a turn, which is given back by {@link #end}; false: all turns of the source, or all there
   * are, are under way.
   */
  public boolean begin(InetAddress source) {
    boolean[] taken = {false};
    underWay.compute(
        Source.of(source),
        (_, count) -> {
          int now = count == null ? 0 : count;
          taken[0] = now < ofASource && inAll.tryAcquire();
          return taken[0] ? now + 1 : count;
        });
    return taken[0];
  }

  /** Gives a turn back. */
  public void end(InetAddress source) {
    underWay.computeIfPresent(
        Source.of(source),
        (_, count) -> {
          inAll.release();
          return count == 1 ? null : count - 1;
        });
  }
}
