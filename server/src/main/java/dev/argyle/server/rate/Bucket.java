package dev.argyle.server.rate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Octets that may pass over a time. Shared by threads; without a lock, and nothing is allocated.
 *
 * <p>Time is a line of octets: at the rate, the octet at position p may pass at the time p / rate.
 * Whoever wants to pass n octets {@linkplain #reserve reserves} the next n positions, whether they
 * lie ahead of now or not, and may pass them when the first of them is reached. So whoever asks, on
 * whichever loop, is served in the order of asking, and gets as much as everybody else. What was
 * not passed is {@linkplain #giveBack given back}. The line's end is never further behind now than
 * the burst: that is what may pass at once after a pause.
 *
 * <p>In any span of time, at most rate x span + burst octets pass, see {@link #reserve}.
 */
final class Bucket {

  private static final long SECOND = 1_000_000_000L;

  /** A slice is what passes in this time, or {@link #SMALL_SLICE_NANOS} at a low rate. */
  static final long SLICE_NANOS = 2_000_000;

  /**
   * At a low rate a slice is as long as this, as long as it has no more than {@link
   * #SMALL_SLICE_OCTETS}: each slice costs a wake-up and two system calls, however little it has.
   */
  private static final long SMALL_SLICE_NANOS = 16_000_000;

  private static final int SMALL_SLICE_OCTETS = 64 * 1024;

  /**
   * How long a round of slices takes at most, if the least slice allows it: who waits gets as much
   * as the others to within what passes in this time.
   */
  private static final long ROUND_NANOS = 250_000_000;

  /** The smallest slice: less is not worth a call. */
  static final int LEAST_SLICE_OCTETS = 1024;

  /** In a crowd a slice is not made smaller than that: it costs a wake-up each. */
  private static final int LEAST_SHARE_OCTETS = 2_000;

  /** The largest slice while others wait: all of a small window's is passed in time, too. */
  private static final int LARGEST_SHARE_OCTETS = 1 << 20;

  /**
   * Where nobody else waits, a slice is as long as this: on loopback, and wherever else the sender
   * is as fast, it is then served for long enough to send by itself what the reader makes room for.
   */
  private static final long ALONE_NANOS = 4_000_000;

  /** The largest slice of all: what a turn of a loop moves. */
  static final int LARGEST_SLICE_OCTETS = 4 << 20;

  /** Loops wake a little late, so less than that of the rate at once would not reach it. */
  static final long LEAST_BURST_NANOS = 20_000_000;

  static final int LEAST_BURST_OCTETS = 16 * 1024;

  /** Of the burst, a slice has at most this part. */
  private static final int LEAST_SLICES_A_BURST = 8;

  /** Of the burst, what is not in the bucket: slices that were handed out, beside a large one. */
  private static final int SLICES_OUT = 2;

  /**
   * For so long whoever has begun a slice may pass the rest of it, or as long as a part of the
   * burst takes at the rate: as much of the burst is not in the bucket either.
   */
  private static final long KEPT_NANOS = 12_500_000;

  private static final int KEPT_PART = 8;

  private static final long ONE_WAITS = 1L << 44;

  private static final VarHandle END = end();

  private final long perSecond;
  private final long startNanos;
  private final long creditOctets;
  private final long keptNanos;
  private final int sliceOctets;
  private final int aloneOctets;
  private final long roundOctets;
  private final AtomicLong waiting = new AtomicLong(); // how many, x ONE_WAITS, + their octets
  private long endOctets; // of what is reserved, as a position

  /**
   * @param perSecond octets, 1 to 8 GiB
   * @param burstOctets at once after a pause; if that is less than {@link #LEAST_BURST_NANOS} of
   *     the rate, or {@link #LEAST_BURST_OCTETS}, it is that
   * @param creditOctets how much of the burst is there now, at least
   * @param nowNanos by {@link System#nanoTime}
   */
  Bucket(long perSecond, long burstOctets, long creditOctets, long nowNanos) {
    this.perSecond = perSecond;
    this.startNanos = nowNanos;
    long leastOctets = Math.max(LEAST_BURST_OCTETS, octetsIn(LEAST_BURST_NANOS));
    long burst = Math.max(burstOctets, leastOctets);
    long small = Math.min(octetsIn(SMALL_SLICE_NANOS), SMALL_SLICE_OCTETS);
    long slice = Math.max(octetsIn(SLICE_NANOS), small);
    this.sliceOctets =
        (int)
            Math.clamp(
                Math.min(slice, burst / LEAST_SLICES_A_BURST),
                LEAST_SLICE_OCTETS,
                LARGEST_SHARE_OCTETS);
    long alone = Math.min(octetsIn(ALONE_NANOS), burst / LEAST_SLICES_A_BURST);
    this.aloneOctets = (int) Math.clamp(alone, sliceOctets, LARGEST_SLICE_OCTETS);
    this.roundOctets = octetsIn(ROUND_NANOS);
    long kept = Math.min(burst / KEPT_PART, octetsIn(KEPT_NANOS));
    this.keptNanos = nanosOf(kept);
    this.creditOctets = burst - kept - aloneOctets - (long) SLICES_OUT * sliceOctets;
    this.endOctets = -Math.min(creditOctets, this.creditOctets);
  }

  /** What one reservation has at most while few others wait. */
  int sliceOctets() {
    return sliceOctets;
  }

  /** What one reservation has at most: less while others wait, on whichever loop. */
  int shareOctets() {
    long others = waiting.get() / ONE_WAITS;
    if (others == 0) {
      return aloneOctets;
    }
    int least = Math.min(LEAST_SHARE_OCTETS, sliceOctets);
    return (int) Math.clamp(roundOctets / (others + 1), least, sliceOctets);
  }

  /** Somebody waits for what it has reserved, with or without octets that it may pass before. */
  void waitBegins(int octets) {
    waiting.getAndAdd(ONE_WAITS + octets);
  }

  /** Somebody waits no more, and passes what it has reserved, or gives it back after this. */
  void waitEnds(int octets) {
    waiting.getAndAdd(-ONE_WAITS - octets);
  }

  /** Whether somebody waits, on whichever loop. */
  boolean isAwaited() {
    return waiting.get() > 0;
  }

  /** How long it takes for what may pass at once to come together. */
  long creditNanos() {
    return nanosOf(creditOctets);
  }

  /** How long whoever has begun a slice may keep what it has not passed of it. */
  long keptNanos() {
    return keptNanos;
  }

  boolean isSlowerThan(Bucket other) {
    return perSecond < other.perSecond;
  }

  private long octetsIn(long nanos) {
    // A second's part is below 2^30 x 2^33.
    return nanos / SECOND * perSecond + nanos % SECOND * perSecond / SECOND;
  }

  private long nanosOf(long octets) {
    long seconds = Math.floorDiv(octets, perSecond);
    return seconds * SECOND + Math.floorMod(octets, perSecond) * SECOND / perSecond;
  }

  /**
   * Reserves octets. What others wait for does not count as passed: when they give it back, no more
   * than the burst may have come together.
   *
   * @return when they may pass, by {@link System#nanoTime}; up to the burst before now. If they do
   *     not within {@link #creditNanos} after that, they are lost, and are to be reserved anew:
   *     otherwise more than the burst could come together
   */
  long reserve(long octets, long nowNanos) {
    long awaited = waiting.get() % ONE_WAITS;
    long least = octetsIn(nowNanos - startNanos) - creditOctets + awaited;
    long end = (long) END.getOpaque(this);
    while (true) {
      long begin = Math.max(end, least);
      long seen = (long) END.compareAndExchange(this, end, begin + octets);
      if (seen == end) {
        return startNanos + nanosOf(begin);
      }
      end = seen;
    }
  }

  /** Octets that were reserved, and did not pass; negative: more passed than was reserved. */
  void giveBack(long octets) {
    END.getAndAdd(this, -octets);
  }

  /** What may pass at once, now; negative: so much is reserved ahead. */
  long availableOctets(long nowNanos) {
    long now = octetsIn(nowNanos - startNanos);
    return Math.min(creditOctets, now - (long) END.getOpaque(this));
  }

  /** Whether as much may pass at once as ever. */
  boolean isFull(long nowNanos) {
    return availableOctets(nowNanos) >= creditOctets;
  }

  private static VarHandle end() {
    try {
      return MethodHandles.lookup().findVarHandle(Bucket.class, "endOctets", long.class);
    } catch (ReflectiveOperationException bug) {
      throw new ExceptionInInitializerError(bug);
    }
  }
}
