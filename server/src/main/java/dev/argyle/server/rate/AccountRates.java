package dev.argyle.server.rate;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How fast the octets of one account may pass, in each direction, and how many in all. Shared by
 * threads: it can change at any time, and holds for what waits within {@link RateLoop#LOOK_NANOS}.
 */
public final class AccountRates {

  /** What passes at once unless something else is said. */
  private static final int BURSTS_A_SECOND = 10;

  private static final int LEAST_BURST_OCTETS = 64 * 1024;

  private volatile @Nullable Bucket up;
  private volatile @Nullable Bucket down;
  private volatile @Nullable Quota quota;
  private final AtomicLong used = new AtomicLong();
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

  /**
   * Sets how many octets may pass in all; what is used stays, and what the rate behind it has left.
   * It is set anew by each connection of the account that comes, most often to the same.
   *
   * @param octets 0: no limit
   * @param ofUp whether octets from clients count
   * @param ofDown whether octets to clients count
   * @param slow octets a second in each direction when it is spent; 0: nothing passes then
   * @param nowNanos by {@link System#nanoTime}
   */
  public synchronized void quota(
      long octets, boolean ofUp, boolean ofDown, long slow, long nowNanos) {
    Quota before = quota;
    if (octets == 0) {
      quota = null;
    } else if (before == null || !before.is(octets, ofUp, ofDown, slow)) {
      quota = new Quota(used, octets, ofUp, ofDown, slow, before, nowNanos);
    }
  }

  /** Sets what is used of the quota. */
  public void used(long octets) {
    used.set(octets);
  }

  /** What is used of the quota, with what loops have reserved and not passed yet. */
  public long used() {
    return used.get();
  }

  /** Whether nothing is left of the quota; without one, never. */
  public boolean isSpent() {
    Quota now = quota;
    return now != null && now.isSpent();
  }

  /** Null: these octets are not counted. */
  @Nullable Quota quota(boolean ofUp) {
    Quota now = quota;
    return now != null && now.counts(ofUp) ? now : null;
  }

  /**
   * Makes a bucket that goes on with what the one before it had.
   *
   * @return null: there is no limit
   */
  static @Nullable Bucket bucket(
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
    Bucket bucket = ofUp ? up : down;
    Quota now = quota;
    Bucket slow = now == null ? null : now.slow(ofUp);
    return slow != null && (bucket == null || slow.isSlowerThan(bucket)) ? slow : bucket;
  }

  /** Whether there is no limit. */
  public boolean isUnlimited() {
    return up == null && down == null && quota == null;
  }

  /** Whether forgetting it would give nobody more than keeping it. */
  public boolean isFull(long nowNanos) {
    Bucket upward = up;
    Bucket downward = down;
    Quota now = quota;
    return (upward == null || upward.isFull(nowNanos))
        && (downward == null || downward.isFull(nowNanos))
        && (now == null || now.isFull(nowNanos));
  }
}
