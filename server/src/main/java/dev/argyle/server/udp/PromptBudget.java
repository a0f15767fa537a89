package dev.argyle.server.udp;

/**
 * How many datagrams are passed on as soon as they come, in front of all turns. Without a bound, a
 * user with hundreds of associations, each with a few datagrams, would keep a loop from its other
 * sockets for milliseconds. Belongs to a loop.
 */
final class PromptBudget {

  /** A budget is for so long. */
  static final long WINDOW_NANOS = 1_000_000;

  private final int most;
  private int left;
  private long sinceNanos;

  /**
   * @param most datagrams within {@link #WINDOW_NANOS}
   */
  PromptBudget(int most) {
    this.most = most;
    this.left = most;
  }

  int left(long nowNanos) {
    if (nowNanos - sinceNanos >= WINDOW_NANOS) {
      sinceNanos = nowNanos;
      left = most;
    }
    return left;
  }

  void spend(int datagrams) {
    left = Math.max(0, left - datagrams);
  }
}
