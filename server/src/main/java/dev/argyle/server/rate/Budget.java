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
 * <p>Whoever waits is woken when a slice is there, and takes it then. Belongs to the loop.
 */
public final class Budget {

  private final LoopRates account;
  private final LoopBucket bucket;
  private final Runnable wake;
  private @Nullable Bucket reservedOf; // null: nothing is reserved
  private int reservedOctets;
  private long beginNanos;
  private boolean waits;
  private int taken;
  private int passedOfSlice; // in all its parts
  private int usualOctets = Bucket.LARGEST_SLICE_OCTETS;
  private int takenOfQuota;
  private boolean closed;

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
    if (reservedOf != null) { // it has waited for them
      taken = reservedOctets;
      reservedOf = null;
    } else {
      taken = bucket.take(this, most);
    }
    int given = Math.min(taken, most);
    takenOfQuota = given == 0 ? 0 : bucket.quota().take(given);
    if (takenOfQuota == 0 && given > 0) {
      passed(0);
      bucket.waitsForQuota(this);
    }
    return takenOfQuota;
  }

  /** Tells how many have passed since the last {@link #take}; they may be more than it gave. */
  public void passed(int octets) {
    passedOfSlice += octets;
    int usual = octets > 0 ? 2 * passedOfSlice : usualOctets / 2;
    passed(octets, Math.max(Bucket.LEAST_SLICE_OCTETS, usual));
  }

  /**
   * As {@link #passed}, where the next piece waits because it must pass whole and did not fit: the
   * next time more is asked for.
   */
  public void passedAndMoreWaits(int octets) {
    long usual = Math.max(2L * taken, usualOctets);
    passed(octets, (int) Math.min(Bucket.LARGEST_SLICE_OCTETS, usual));
  }

  private void passed(int octets, int usual) {
    int rest = taken - octets;
    taken = 0;
    usualOctets = usual;
    if (rest != 0) {
      bucket.giveBack(this, rest);
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
    if (waits || reservedOf != null) {
      bucket.gaveUp(this, reservedOf, reservedOctets);
      waitEnds();
      reservedOf = null;
    }
    account.leaves();
  }

  // What its bucket does with it.

  /** What it passes from now on is of another slice than what it has passed. */
  void beginsSlice() {
    passedOfSlice = 0;
  }

  void waitsFor(Bucket of, int octets, long begin) {
    waitEnds();
    waits = true;
    of.waitBegins();
    reservedOf = of;
    reservedOctets = octets;
    beginNanos = begin;
  }

  /**
   * What it asks for at most, by what passed of the last slice: whoever sends little and reserved a
   * large one would keep the others waiting for octets that it gives back. All parts of that slice
   * count, or a peer whose window is a small part of a slice would get no more than two windows of
   * each.
   */
  int usualOctets() {
    return usualOctets;
  }

  /** Nothing is left of the quota: it asks again then, unless it has ended. */
  void waitsUntil(long begin) {
    waits = true;
    reservedOf = null;
    beginNanos = begin;
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

  /** What it has reserved may pass. */
  void mayPass() {
    waitEnds();
    wake.run();
  }

  /** There is another limit: it asks as if it had not asked before. */
  void asksAgain() {
    waitEnds();
    reservedOf = null;
    wake.run();
  }

  private void waitEnds() {
    if (waits && reservedOf != null) {
      reservedOf.waitEnds();
    }
    waits = false;
  }
}
