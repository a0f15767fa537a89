package dev.argyle.server.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/**
 * How late a turn comes on one event loop. What arrives right after a loop has asked the kernel for
 * events is noticed when it asks again: so the time between, in which it works, is the most that
 * anybody of the next round has waited. One such time for each round.
 *
 * <p>A ring of slots, by time, each with its own buckets: so the last minute can be told without
 * anybody who takes samples. A quarter of a power of two is a bucket, which makes quantiles right
 * to within a fifth. Only the loop's thread writes. Any thread reads, and may be an instant late.
 */
public final class LoopLag {

  /** A turn that came this late is an event of the flight recorder. */
  public static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** A slot is 2^33 ns, 8.6 s; a division would cost more than all the rest. */
  private static final int SLOT_SHIFT = 33;

  /** All slots but the one that will be overwritten next: 60 s, to within one. */
  private static final int SLOTS = 8;

  /** Microseconds, nearly: of 1,024 ns. */
  private static final int UNIT_SHIFT = 10;

  /** Quarters of 22 powers of two: what is beyond 8 s is in the last. */
  static final int BUCKETS = 88;

  private static final VarHandle INT = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle LONG = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int ROUNDS = SLOTS; // in longs: behind the slots' greatest
  private static final int BUSY = SLOTS + 1;

  private final int[] counts = new int[SLOTS * BUCKETS];
  private final long[] stamps = new long[SLOTS];
  private final long[] longs = new long[SLOTS + 2];
  private long currentStamp = -1;
  private long wokenNanos;
  private boolean awake;

  public LoopLag() {
    Arrays.fill(stamps, Long.MIN_VALUE);
  }

  /** The kernel has answered: the loop's work begins. */
  public void woken(long nowNanos) {
    wokenNanos = nowNanos;
    awake = true;
  }

  /** The loop is about to ask again: its work is done. */
  public void asks(long nowNanos) {
    if (awake) {
      awake = false;
      add(nowNanos, nowNanos - wokenNanos);
    }
  }

  void add(long nowNanos, long nanos) {
    long stamp = nowNanos >>> SLOT_SHIFT;
    int slot = (int) stamp & SLOTS - 1;
    if (stamp != currentStamp) {
      begin(slot, stamp);
    }
    int at = slot * BUCKETS + bucket(nanos);
    INT.setOpaque(counts, at, counts[at] + 1);
    if (nanos > longs[slot]) {
      LONG.setOpaque(longs, slot, nanos);
    }
    LONG.setOpaque(longs, ROUNDS, longs[ROUNDS] + 1);
    LONG.setOpaque(longs, BUSY, longs[BUSY] + nanos);
    if (nanos >= LATE_NANOS) {
      FlightEvents.lateTurn(nanos);
    }
  }

  private void begin(int slot, long stamp) {
    currentStamp = stamp;
    LONG.setOpaque(stamps, slot, stamp);
    LONG.setOpaque(longs, slot, 0L);
    for (int at = slot * BUCKETS; at < (slot + 1) * BUCKETS; at++) {
      INT.setOpaque(counts, at, 0);
    }
  }

  static int bucket(long nanos) {
    long units = nanos >>> UNIT_SHIFT;
    if (units < 4) {
      return (int) units;
    }
    int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(units); // 2 or more
    int quarter = (int) (units >>> power - 2) & 3;
    return Math.min((power - 1) * 4 + quarter, BUCKETS - 1);
  }

  /** The greatest time that is in a bucket. */
  static long greatestNanos(int bucket) {
    if (bucket < 4) {
      return (bucket + 1L << UNIT_SHIFT) - 1;
    }
    int power = bucket / 4 + 1;
    long units = (4L + bucket % 4 + 1) << power - 2;
    return (units << UNIT_SHIFT) - 1;
  }

  /**
   * What loops have measured, all together.
   *
   * @param medianNanos of the last minute; 0: there was no round
   * @param p99Nanos 99 of 100 rounds of the last minute took no longer than this
   * @param mostNanos the longest round of the last minute
   * @param rounds since the start
   * @param busyNanos their time since the start: what loops have worked
   */
  public record Window(
      long medianNanos, long p99Nanos, long mostNanos, long rounds, long busyNanos) {}

  /** Adds up loops. */
  static Window of(Collection<LoopLag> loops, long nowNanos) {
    long[] sums = new long[BUCKETS];
    long most = 0;
    long rounds = 0;
    long busy = 0;
    for (LoopLag loop : loops) {
      most = Math.max(most, loop.addTo(sums, nowNanos >>> SLOT_SHIFT));
      rounds += (long) LONG.getOpaque(loop.longs, ROUNDS);
      busy += (long) LONG.getOpaque(loop.longs, BUSY);
    }
    return new Window(quantile(sums, 0.5, most), quantile(sums, 0.99, most), most, rounds, busy);
  }

  /** Adds what is not too old; the longest of it. */
  private long addTo(long[] sums, long nowStamp) {
    long most = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      long age = nowStamp - (long) LONG.getOpaque(stamps, slot);
      if (age < 0 || age >= SLOTS - 1) {
        continue;
      }
      most = Math.max(most, (long) LONG.getOpaque(longs, slot));
      for (int bucket = 0; bucket < BUCKETS; bucket++) {
        sums[bucket] += (int) INT.getOpaque(counts, slot * BUCKETS + bucket);
      }
    }
    return most;
  }

  private static long quantile(long[] sums, double part, long most) {
    long left = (long) Math.ceil(Arrays.stream(sums).sum() * part);
    if (left == 0) {
      return 0;
    }
    int bucket = -1;
    while (left > 0) {
      bucket++;
      left -= sums[bucket];
    }
    return Math.min(greatestNanos(bucket), most);
  }
}
