package dev.argyle.server.rate;

import org.jspecify.annotations.Nullable;

/**
 * How fast the octets of one account may pass, in each direction. Shared by threads: it can change
 * at any time, and holds for what waits within {@link RateLoop#LOOK_NANOS}.
 */
public final class AccountRates {

  /** What passes at once unless something else is said. */
  private static final int BURSTS_A_SECOND = 10;

  private static final int LEAST_BURST_OCTETS = 64 * 1024;

  private volatile @Nullable Bucket up;
  private volatile @Nullable Bucket down;
  private long perSecondUp; // under the monitor, as the next two
  private long perSecondDown;
  private long burst;

  /**
   * Sets the limits. A bucket that was there keeps what it had, so that changing a limit again and
   * again gives nobody more.
   *
   * @param upPerSecond octets from clients; 0: no limit
   * @param downPerSecond octets to clients; 0: no limit
   * @param burstOctets at once after a pause; 0: 100 ms of the rate, and 64 KiB at least
   * @param nowNanos by {@link System#nanoTime}
   */
  public synchronized void limit(
      long upPerSecond, long downPerSecond, long burstOctets, long nowNanos) {
    boolean otherBurst = burst != burstOctets;
    if (upPerSecond != perSecondUp || otherBurst) {
      up = bucket(up, upPerSecond, burstOctets, nowNanos);
    }
    if (downPerSecond != perSecondDown || otherBurst) {
      down = bucket(down, downPerSecond, burstOctets, nowNanos);
    }
    perSecondUp = upPerSecond;
    perSecondDown = downPerSecond;
    burst = burstOctets;
  }

  private static @Nullable Bucket bucket(
      @Nullable Bucket before, long perSecond, long burstOctets, long nowNanos) {
    if (perSecond == 0) {
      return null;
    }
    long burst =
        burstOctets == 0 ? Math.max(LEAST_BURST_OCTETS, perSecond / BURSTS_A_SECOND) : burstOctets;
    long credit = before == null ? burst : Math.max(0, before.availableOctets(nowNanos));
    return new Bucket(perSecond, burst, credit, nowNanos);
  }

  /** Null: no limit. */
  @Nullable Bucket bucket(boolean ofUp) {
    return ofUp ? up : down;
  }

  /** Whether there is no limit. */
  public boolean isUnlimited() {
    return up == null && down == null;
  }

  /** Whether forgetting it would give nobody more than keeping it. */
  public boolean isFull(long nowNanos) {
    Bucket upward = up;
    Bucket downward = down;
    return (upward == null || upward.isFull(nowNanos))
        && (downward == null || downward.isFull(nowNanos));
  }
}
