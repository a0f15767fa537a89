package dev.argyle.server.udp;

/**
 * How long datagrams are passed on as soon as they come, in front of all turns. Without a bound, a
 * user with hundreds of associations, each with a few datagrams, would keep a loop from its other
 * sockets for milliseconds. Belongs to a loop.
 */
final class PromptBudget {

  /** A budget is for so long. */
  static final long WINDOW_NANOS = 1_000_000;

  private final long mostNanos;
  private long leftNanos;
  private long sinceNanos;

  /**
   * @param mostNanos within {@link #WINDOW_NANOS}; what begins within it is finished
   */
  PromptBudget(long mostNanos) {
    this.mostNanos = mostNanos;
    this.leftNanos = mostNanos;
  }

  boolean isLeft(long nowNanos) {
    long elapsed = nowNanos - sinceNanos;
    if (elapsed >= WINDOW_NANOS || elapsed < 0) { // at first, the clock may be anywhere
      sinceNanos = nowNanos;
      leftNanos = mostNanos;
    }
    return leftNanos > 0;
  }

  void spend(long nanos) {
    leftNanos -= nanos;
  }
}
