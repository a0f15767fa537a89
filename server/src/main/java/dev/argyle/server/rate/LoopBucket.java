package dev.argyle.server.rate;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One direction of an account on one loop: those who wait, in the order in which they are served,
 * and a spare slice from which small messages are taken, so that not each of them goes to the
 * shared bucket. Belongs to the loop.
 */
final class LoopBucket {

  /** A spare slice that is not used in this time goes back to the bucket when it is looked at. */
  static final long LEASE_NANOS = Bucket.SLICE_NANOS;

  private final RateLoop loop;
  private final AccountRates rates;
  private final boolean up;
  private final LoopQuota quota;
  private final ArrayDeque<Budget> waiting = new ArrayDeque<>(2);
  private @Nullable Bucket spareOf;
  private @Nullable Budget spareBy; // who left it last
  private int spareOctets;
  private long spareSinceNanos;
  private long lookedNanos; // when those who wait had nothing that was kept for too long
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
      by.begins();
      return most;
    }
    long now = loop.nanoTime();
    int given = ofItsOwn(by, most, bucket, now);
    if (given > 0) {
      return given;
    }
    if (by.reservedOf() != null) {
      by.waitsNow();
      return 0;
    }
    given = ofSpare(by, most, bucket, now);
    return given > 0 ? given : ofNext(by, most, bucket, now);
  }

  private static int ofItsOwn(Budget by, int most, Bucket bucket, long now) {
    by.giveBackIfOld(now);
    int kept = by.keptOctets(bucket);
    int given = Math.min(most, kept);
    if (given > 0) {
      by.keeps(bucket, kept - given);
    }
    return given;
  }

  private int ofSpare(Budget by, int most, Bucket bucket, long now) {
    if (waiting.isEmpty() && spareOf == bucket && now - spareSinceNanos < LEASE_NANOS) {
      int wanted = Math.min(most, by.usualOctets());
      int given = Math.min(wanted, spareOctets);
      if (given == wanted || given >= Bucket.LEAST_SLICE_OCTETS) {
        if (spareBy != by) {
          by.begins();
          by.since(spareSinceNanos);
        }
        spareOctets -= given;
        return given;
      }
    }
    giveSpareBack();
    return 0;
  }

  private int ofNext(Budget by, int most, Bucket bucket, long now) {
    int slice = Math.min(by.usualOctets(), bucket.shareOctets());
    long begin = bucket.reserve(slice, now);
    if (waiting.isEmpty() && begin - now <= 0) {
      by.begins();
      by.since(now);
      int given = Math.min(slice, most);
      by.keeps(bucket, slice - given);
      return given;
    }
    by.reserves(bucket, slice, begin);
    by.waitsNow();
    queue(by, now);
    return 0;
  }

  private void queue(Budget by, long now) {
    waiting.add(by);
    if (waiting.size() == 1) {
      loop.await(this, by.beginNanos(), now);
    }
  }

  LoopQuota quota() {
    return quota;
  }

  /**
   * Nothing is left of its account's quota: it asks again every now and then, for the quota may be
   * raised, or begin anew. Where a spent quota ends connections, a sweep of its owner does.
   */
  void waitsForQuota(Budget by) {
    gaveUp(by);
    long now = loop.nanoTime();
    by.waitsUntil(now + RateLoop.LOOK_NANOS);
    queue(by, now);
  }

  /**
   * Somebody has passed a part of what it has.
   *
   * @param octets what was taken and did not pass; negative: more passed
   */
  void left(Budget by, int octets) {
    Bucket bucket = rates.bucket(up);
    if (bucket == null) {
      return;
    }
    int rest = by.keptOctets(bucket) + octets;
    Bucket reservedOf = by.reservedOf();
    boolean othersWait = reservedOf == null ? bucket.isAwaited() : reservedOf == bucket;
    if (othersWait && rest >= Bucket.LEAST_SLICE_OCTETS) {
      by.keeps(bucket, rest);
      if (reservedOf == null) {
        reserveNext(by, bucket, loop.nanoTime());
      }
      return;
    }
    by.keeps(bucket, 0);
    if (rest <= 0 || !spare(by, bucket, rest)) {
      bucket.giveBack(rest);
    }
  }

  /** Reserves what it passes when it has passed what it keeps. */
  private void reserveNext(Budget by, Bucket bucket, long now) {
    int slice = Math.min(by.usualOctets(), bucket.shareOctets());
    by.reserves(bucket, slice, bucket.reserve(slice, now));
    queue(by, now);
  }

  private boolean spare(Budget by, Bucket bucket, int octets) {
    boolean fits =
        spareOctets == 0 || (spareOf == bucket && spareOctets + octets <= bucket.sliceOctets());
    if (!waiting.isEmpty() || !fits) {
      return false;
    }
    if (spareOctets == 0) {
      spareSinceNanos = by.sinceNanos();
    }
    spareOf = bucket;
    spareBy = by;
    spareOctets += octets;
    return true;
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

  /** It does not want what it has, and has reserved, and is not woken. */
  void gaveUp(Budget by) {
    by.giveKeptBack(loop.nanoTime());
    Bucket reservedOf = by.reservedOf();
    if (reservedOf != null) {
      by.leavesQueue();
      reservedOf.giveBack(by.reservedOctets());
      waiting.remove(by);
    } else if (by.waits()) {
      waiting.remove(by); // if it was the first, the loop finds the next one when it looks
    }
  }

  /** Wakes those who may pass now, and those who wait for a limit that is no longer there. */
  void serve(long nowNanos) {
    Bucket bucket = rates.bucket(up);
    giveSpareBack();
    if (bucket != null && nowNanos - lookedNanos >= bucket.keptNanos() / 2) {
      lookedNanos = nowNanos;
      waiting.forEach(budget -> budget.giveBackIfOld(nowNanos));
    }
    int here = waiting.size(); // whoever has to wait again is behind these
    for (Budget first = waiting.peek();
        first != null && here > 0 && isDue(first, bucket, nowNanos);
        first = waiting.peek()) {
      here--;
      waiting.poll();
      serve(first, bucket, nowNanos);
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

  private void serve(Budget due, @Nullable Bucket bucket, long nowNanos) {
    Bucket of = due.reservedOf();
    due.leavesQueue();
    if (of == null || of != bucket) { // for the quota, or another limit
      due.wakes();
    } else if (nowNanos - due.beginNanos() > of.creditNanos()) {
      reserveAnew(due, of, nowNanos);
    } else {
      begin(due, of, nowNanos);
    }
  }

  /** The loop has stood still for so long that what was reserved is lost. */
  private void reserveAnew(Budget by, Bucket bucket, long nowNanos) {
    long begin = bucket.reserve(by.reservedOctets(), nowNanos);
    if (begin - nowNanos <= 0) {
      begin(by, bucket, nowNanos);
    } else {
      by.reserves(bucket, by.reservedOctets(), begin);
      waiting.add(by);
    }
  }

  /** It may pass what it has reserved. If it passed nothing of the slice before, it has stopped. */
  private void begin(Budget by, Bucket bucket, long nowNanos) {
    boolean goesOn = by.waits() || by.hasPassedOfSlice();
    by.giveKeptBack(nowNanos);
    by.begins();
    if (!goesOn) {
      bucket.giveBack(by.reservedOctets());
      return;
    }
    by.since(nowNanos);
    by.keeps(bucket, by.reservedOctets());
    if (by.waits()) {
      by.wakes();
    } else {
      reserveNext(by, bucket, nowNanos);
    }
  }
}
