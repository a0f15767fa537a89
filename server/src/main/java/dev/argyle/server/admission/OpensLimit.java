package dev.argyle.server.admission;

import dev.argyle.server.config.Attributes;
import org.jspecify.annotations.Nullable;

/** How often an account may open something: a token bucket. Its owner's monitor guards it. */
final class OpensLimit {

  private static final long SECOND = 1_000_000_000L;

  private final int perSecond;
  private final int burst;
  private final long nanosEach;
  private long emptyAtNanos; // when the bucket was, or would have been, empty

  private OpensLimit(int perSecond, int burst, long emptyAtNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.nanosEach = SECOND / perSecond;
    this.emptyAtNanos = emptyAtNanos;
  }

  /**
   * What attributes say; the one from before keeps what it had.
   *
   * @return null: there is no limit
   */
  static @Nullable OpensLimit of(Attributes limits, @Nullable OpensLimit before, long nowNanos) {
    int perSecond = Attributes.limit(limits.opensRate());
    if (perSecond == 0) {
      return null;
    }
    int burst = Attributes.limit(limits.opensBurst());
    int atOnce = burst == 0 ? perSecond : burst;
    if (before != null && before.perSecond == perSecond && before.burst == atOnce) {
      return before;
    }
    long tokens =
        before == null
            ? atOnce
            : Math.min(atOnce, (nowNanos - before.emptyAtNanos) / before.nanosEach);
    return new OpensLimit(perSecond, atOnce, nowNanos - tokens * (SECOND / perSecond));
  }

  /** Takes one, if there is one. */
  boolean take(long nowNanos) {
    long full = nowNanos - burst * nanosEach;
    if (full - emptyAtNanos > 0) {
      emptyAtNanos = full; // it holds no more than that
    }
    if (nowNanos - emptyAtNanos < nanosEach) {
      return false;
    }
    emptyAtNanos += nanosEach;
    return true;
  }

  /** Whether as many may be opened at once as ever. */
  boolean isFull(long nowNanos) {
    return nowNanos - emptyAtNanos >= burst * nanosEach;
  }
}
