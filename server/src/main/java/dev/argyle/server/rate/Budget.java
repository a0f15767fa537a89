package dev.argyle.server.rate;

import org.jspecify.annotations.Nullable;

/**
 * How much one direction of a connection may pass, as far as its account has a limit. It asks for a
 * slice before each piece, and tells what of it has passed:
 *
 * <pre>{@code
 * int most = budget.take(octets);      // 0: it waits
 * int passed = ...                     // at most so many
 * budget.passed(passed);
 * }</pre>
 *
 * <p>Whoever waits is woken when a slice is there, and takes it then. While others wait, too, it
 * keeps what it has not passed of the slice, for its peer's window may be smaller, and has reserved
 * the next one already: if it did so when nothing is left, it would have fewer slices than whoever
 * passes them at once. Belongs to the loop.
 */
public final class Budget {

  private final LoopRates account;
  private final LoopBucket bucket;
  private final Runnable wake;
  private int taken;
  private int takenOfQuota;
  private boolean waits;
  private boolean closed;

  // The slice that it passes now.
  private @Nullable Bucket keptOf; // null: nothing is left of it
  private int keptOctets;
  private long sinceNanos;
  private int passedOfSlice; // in all its parts
  private int usualOctets = Bucket.LARGEST_SLICE_OCTETS;

  // The next one.
  private @Nullable Bucket reservedOf; // null: nothing is reserved
  private int reservedOctets;
  private long beginNanos;

  Budget(LoopRates account, LoopBucket bucket, Runnable wake) {
    this.account = account;
    this.bucket = bucket;
    this.wake = wake;
  }

  /**
   * Asks for octets.
   *
   * @param most at least 1
   * @return how many may pass; 0: it has to wait, or waits already, until it is woken
   */
  public int take(int most) {
    if (waits) {
      return 0;
    }
    taken = bucket.take(this, most);
    takenOfQuota = taken == 0 ? 0 : bucket.quota().take(taken);
    if (takenOfQuota == 0 && taken > 0) {
      passed(0);
      bucket.waitsForQuota(this);
    }
    return takenOfQuota;
  }

  /** Tells how many have passed since the last {@link #take}; they may be more than it gave. */
  public void passed(int octets) {
    passedOfSlice += octets;
    settle(octets);
  }

  /**
   * As {@link #passed}, where the next piece waits because it must pass whole and did not fit: the
   * next time more is asked for.
   */
  public void passedAndMoreWaits(int octets) {
    passedOfSlice = Math.max(passedOfSlice + octets, taken);
    settle(octets);
  }

  private void settle(int octets) {
    int rest = taken - octets;
    taken = 0;
    if (rest != 0 || keptOf != null) {
      bucket.left(this, rest);
    }
    int ofQuota = takenOfQuota - octets;
    takenOfQuota = 0;
    if (ofQuota != 0) {
      bucket.quota().giveBack(ofQuota);
    }
  }

  /** Counts octets that passed without having been asked for. */
  public void charge(int octets) {
    bucket.charge(octets);
  }

  /** Whether it waits to be woken. */
  public boolean waits() {
    return waits;
  }

  /** It is not woken any more. Further calls do nothing. */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    bucket.gaveUp(this);
    account.leaves();
  }

  // What its bucket does with it. The slice that it passes now:

  /** What it passes from now on is of another slice. */
  void begins() {
    int usual = passedOfSlice > 0 ? 2 * passedOfSlice : usualOctets / 2;
    usualOctets = Math.clamp(usual, Bucket.LEAST_SLICE_OCTETS, Bucket.LARGEST_SLICE_OCTETS);
    passedOfSlice = 0;
  }

  /** When the slice began that it passes now. */
  void since(long nanos) {
    sinceNanos = nanos;
  }

  /**
   * What it asks for at most, by what passed of the last slice: whoever sends little and reserved a
   * large one would keep the others waiting for octets that it gives back. All parts of that slice
   * count, or a peer whose window is a small part of a slice would get no more than two windows of
   * each.
   */
  int usualOctets() {
    return Math.clamp(2L * passedOfSlice, usualOctets, Bucket.LARGEST_SLICE_OCTETS);
  }

  boolean hasPassedOfSlice() {
    return passedOfSlice > 0;
  }

  long sinceNanos() {
    return sinceNanos;
  }

  void keeps(Bucket of, int octets) {
    keptOf = octets > 0 ? of : null;
    keptOctets = octets;
  }

  /** What it has not passed of its slice; 0: nothing, or of another limit. */
  int keptOctets(Bucket of) {
    return keptOf == of ? keptOctets : 0;
  }

  /** Keeps nothing any more; what was kept so long that it does not count any more is lost. */
  void giveKeptBack(long nowNanos) {
    Bucket of = keptOf;
    if (of != null) {
      keptOf = null;
      if (nowNanos - sinceNanos <= of.creditNanos()) {
        of.giveBack(keptOctets);
      }
    }
  }

  /** As {@link #giveKeptBack}, if it was kept for as long as it may be. */
  void giveBackIfOld(long nowNanos) {
    Bucket of = keptOf;
    if (of != null && nowNanos - sinceNanos >= of.keptNanos()) {
      giveKeptBack(nowNanos);
    }
  }

  // The next one:

  /** It has reserved that, and is served then. */
  void reserves(Bucket of, int octets, long begin) {
    of.waitBegins(octets);
    reservedOf = of;
    reservedOctets = octets;
    beginNanos = begin;
  }

  /** What it has reserved is no longer reserved; it is served, or gives it up. */
  void leavesQueue() {
    if (reservedOf != null) {
      reservedOf.waitEnds(reservedOctets);
      reservedOf = null;
    }
  }

  @Nullable Bucket reservedOf() {
    return reservedOf;
  }

  int reservedOctets() {
    return reservedOctets;
  }

  long beginNanos() {
    return beginNanos;
  }

  /** It can pass nothing before it is served. */
  void waitsNow() {
    waits = true;
  }

  /** Nothing is left of the quota: it asks again then, unless it has ended. */
  void waitsUntil(long begin) {
    waits = true;
    beginNanos = begin;
  }

  /** If it waits, it asks again. */
  void wakes() {
    if (waits) {
      waits = false;
      wake.run();
    }
  }
}
