package dev.argyle.server.rate;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an account on one loop: those who wait, in the order in which they are served,
 * and a spare slice from which small messages are taken, so that not each of them goes to the
 * shared bucket. While others wait, only the one who left the spare slice takes from it, until the
 * next is served: its peer's window may be smaller than a slice, and what follows comes a moment
 * later. Belongs to the loop.
 */
final class LoopBucket {

  /** A slice that is not used in this time goes back to the bucket when it is looked at next. */
  static final long LEASE_NANOS = Bucket.SLICE_NANOS;

  private final RateLoop loop;
  private final AccountRates rates;
  private final boolean up;
  private final LoopQuota quota;
  private final ArrayDeque<Budget> waiting = new ArrayDeque<>(2);
  private @Nullable Bucket spareOf;
  private @Nullable Budget spareBy; // who left it last
  private int spareOctets;
  private long spareUntilNanos;
  boolean queued; // in the loop's queue, until dueNanos
  long dueNanos;

  LoopBucket(RateLoop loop, AccountRates rates, boolean up) {
    this.loop = loop;
    this.rates = rates;
    this.up = up;
    this.quota = new LoopQuota(rates, up);
  }

  /**
   * Octets for somebody who does not wait.
   *
   * @param most at least 1
   * @return 0: it waits now, and its {@code wake} is called when it has some
   */
  int take(Budget by, int most) {
    Bucket bucket = rates.bucket(up);
    if (bucket == null) {
      giveSpareBack();
      by.beginsSlice();
      return most;
    }
    if (spareBy != by) {
      by.beginsSlice();
    }
    long now = loop.nanoTime();
    int wanted = Math.min(Math.min(most, by.usualOctets()), bucket.shareOctets());
    boolean mine = waiting.isEmpty() || spareBy == by;
    if (mine && spareOf == bucket && now - spareUntilNanos < 0) {
      int given = Math.min(wanted, spareOctets);
      if (given == wanted || given >= Bucket.LEAST_SLICE_OCTETS) {
        spareOctets -= given;
        return given;
      }
    }
    giveSpareBack();
    by.beginsSlice();
    long begin = bucket.reserve(wanted, now);
    if (waiting.isEmpty() && begin - now <= 0) {
      spareUntilNanos = now + LEASE_NANOS;
      return wanted;
    }
    by.waitsFor(bucket, wanted, begin);
    waiting.add(by);
    if (waiting.size() == 1) {
      loop.await(this, begin, now);
    }
    return 0;
  }

  LoopQuota quota() {
    return quota;
  }

  /**
   * Nothing is left of its account's quota: it asks again every now and then, for the quota may be
   * raised, or begin anew. Where a spent quota ends connections, a sweep of its owner does.
   */
  void waitsForQuota(Budget by) {
    long now = loop.nanoTime();
    by.waitsUntil(now + RateLoop.LOOK_NANOS);
    waiting.add(by);
    if (waiting.size() == 1) {
      loop.await(this, by.beginNanos(), now);
    }
  }

  /** What was taken, and did not pass; negative: more passed. */
  void giveBack(Budget by, int octets) {
    Bucket bucket = rates.bucket(up);
    if (bucket == null) {
      return;
    }
    if (!waiting.isEmpty() && spareBy != by) {
      giveSpareBack();
    }
    boolean keeps = octets > 0 && (spareOctets == 0 || spareOf == bucket);
    if (keeps && spareOctets + octets <= bucket.sliceOctets()) {
      spareOf = bucket;
      spareBy = by;
      spareOctets += octets;
    } else {
      bucket.giveBack(octets);
    }
  }

  /** Nobody uses it on this loop any more. */
  void close() {
    giveSpareBack();
    quota.giveLeaseBack();
  }

  private void giveSpareBack() {
    Bucket of = spareOf;
    if (of != null) {
      of.giveBack(spareOctets);
      spareOf = null;
      spareBy = null;
      spareOctets = 0;
    }
  }

  /** Counts octets that passed unasked: others wait the longer for it. */
  void charge(int octets) {
    Bucket bucket = rates.bucket(up);
    if (bucket != null) {
      bucket.reserve(octets, loop.nanoTime());
    }
    quota.charge(octets);
  }

  /** It no longer waits, and does not want what it has reserved. */
  void gaveUp(Budget by, @Nullable Bucket reservedOf, int octets) {
    waiting.remove(by); // if it was the first, the loop finds the next one when it looks
    if (reservedOf != null) {
      reservedOf.giveBack(octets);
    }
  }

  /** Wakes those who may pass now, and those who wait for a limit that is no longer there. */
  void serve(long nowNanos) {
    Bucket bucket = rates.bucket(up);
    giveSpareBack();
    spareUntilNanos = nowNanos + LEASE_NANOS; // what those who are woken do not use
    int here = waiting.size(); // whoever has to wait again is behind these
    for (Budget first = waiting.peek();
        first != null && here > 0 && isDue(first, bucket, nowNanos);
        first = waiting.peek()) {
      here--;
      waiting.poll();
      wake(first, bucket, nowNanos);
    }
    Budget next = waiting.peek();
    if (next != null) {
      loop.await(this, next.beginNanos(), nowNanos);
    }
  }

  private static boolean isDue(Budget budget, @Nullable Bucket bucket, long nowNanos) {
    Bucket reservedOf = budget.reservedOf();
    boolean otherLimit = reservedOf != null && reservedOf != bucket;
    return otherLimit || budget.beginNanos() - nowNanos <= 0;
  }

  private void wake(Budget due, @Nullable Bucket bucket, long nowNanos) {
    Bucket reservedOf = due.reservedOf();
    if (reservedOf == null || reservedOf != bucket) { // for the quota, or another limit
      due.asksAgain();
    } else if (nowNanos - due.beginNanos() > reservedOf.creditNanos()) {
      reserveAnew(due, reservedOf, nowNanos);
    } else {
      due.mayPass();
    }
  }

  /** The loop has stood still for so long that what was reserved is lost. */
  private void reserveAnew(Budget by, Bucket bucket, long nowNanos) {
    long begin = bucket.reserve(by.reservedOctets(), nowNanos);
    by.waitsFor(bucket, by.reservedOctets(), begin);
    if (begin - nowNanos <= 0) {
      by.mayPass();
    } else {
      waiting.add(by);
    }
  }
}
