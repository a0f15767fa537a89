package dev.argyle.server.rate;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Octets that may pass in all, until somebody sets what is used to less. Shared by threads; without
 * a lock. Whoever wants to pass octets reserves them first, so what passes is never more than that,
 * but for what nobody can ask for beforehand: the octets behind a request, and the last datagram.
 *
 * <p>A loop reserves a little more than it needs, or each small message would be a write to what
 * all loops share: at most {@link #LEASE_OCTETS} for a direction of an account. What it does not
 * need is given back; as long as a loop has it, that much less passes.
 */
final class Quota {

  /** What a loop may have reserved and not passed, for a direction. */
  static final int LEASE_OCTETS = 64 * 1024;

  /** Of what is left, a lease is at most this part, so that little is out when it comes to end. */
  private static final int LEASES_OF_THE_REST = 16;

  private final AtomicLong used; // shared with the quota before this one
  private final long limit;
  private final boolean ofUp;
  private final boolean ofDown;
  private final long slow;
  private final @Nullable Bucket slowUp; // null: nothing passes when it is spent
  private final @Nullable Bucket slowDown;

  /**
   * @param used of this period
   * @param limit octets, at least 1
   * @param ofUp whether octets from clients count
   * @param ofDown whether octets to clients count
   * @param slow octets a second when it is spent; 0: nothing passes then
   * @param before whose rates' octets are not there again; null: there was none
   * @param nowNanos by {@link System#nanoTime}
   */
  Quota(
      AtomicLong used,
      long limit,
      boolean ofUp,
      boolean ofDown,
      long slow,
      @Nullable Quota before,
      long nowNanos) {
    this.used = used;
    this.limit = limit;
    this.ofUp = ofUp;
    this.ofDown = ofDown;
    this.slow = slow;
    this.slowUp = AccountRates.bucket(before == null ? null : before.slowUp, slow, 0, nowNanos);
    this.slowDown = AccountRates.bucket(before == null ? null : before.slowDown, slow, 0, nowNanos);
  }

  /** Whether it was made with the same. */
  boolean is(long otherLimit, boolean otherUp, boolean otherDown, long otherSlow) {
    return limit == otherLimit && ofUp == otherUp && ofDown == otherDown && slow == otherSlow;
  }

  /** Whether as much may pass at once as ever, at the rates behind it. */
  boolean isFull(long nowNanos) {
    return (slowUp == null || slowUp.isFull(nowNanos))
        && (slowDown == null || slowDown.isFull(nowNanos));
  }

  boolean counts(boolean up) {
    return up ? ofUp : ofDown;
  }

  boolean isSpent() {
    return used.get() >= limit;
  }

  /** The rate that holds now; null: it is not spent, or nothing passes. */
  @Nullable Bucket slow(boolean up) {
    Bucket slow = up ? slowUp : slowDown;
    return slow != null && isSpent() ? slow : null;
  }

  /** What a loop may have reserved and not passed now: little when little is left. */
  long leaseOctets() {
    return Math.clamp((limit - used.get()) / LEASES_OF_THE_REST, 0L, LEASE_OCTETS);
  }

  /**
   * Reserves octets.
   *
   * @param least at least 1
   * @param more as well, if there are enough
   * @return how many; less than {@code least} at the end, and 0 behind it
   */
  long reserve(long least, long more) {
    while (true) {
      long seen = used.get();
      long left = limit - seen;
      if (left <= 0) {
        if (slowUp == null) {
          return 0;
        }
        used.getAndAdd(least); // counted, and told
        return least;
      }
      long wanted = least + Math.min(more, left / LEASES_OF_THE_REST);
      long given = Math.min(wanted, left);
      if (used.compareAndSet(seen, seen + given)) {
        return given;
      }
    }
  }

  /** Octets that were reserved and did not pass; negative: more passed than was reserved. */
  void giveBack(long octets) {
    used.getAndAdd(-octets);
  }
}
