package dev.argyle.server.session;

/**
 * How many sessions may do something costly in one sweep of their loop; the others do it in one of
 * the next. A crowd that comes to rest at once would else hold its loop up. Belongs to the loop.
 */
final class SweepShare {

  private final int most;
  private long sweepNanos;
  private int left;

  /**
   * @param most in one sweep
   */
  SweepShare(int most) {
    this.most = most;
    this.left = most;
  }

  /**
   * Takes a part of the sweep's share.
   *
   * @param nowNanos the sweep's time, the same for all that it visits
   * @return false: none is left
   */
  boolean take(long nowNanos) {
    if (nowNanos != sweepNanos) {
      sweepNanos = nowNanos;
      left = most;
    }
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
