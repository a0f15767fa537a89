package dev.argyle.server.udp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Puts a client's fragments together again (RFC 1928, section 7): one queue, which holds the pieces
 * of one datagram, and one timer, which runs from the first piece on. No clock, no I/O.
 *
 * <p>FRAG is the position, 1 to 127, and with the high bit set the last. A piece is taken if its
 * position is the next; then
 *
 * <ul>
 *   <li>the same position again is a duplicate, and changes nothing;
 *   <li>a lower one abandons the queue, and begins another if it is 1;
 *   <li>a higher one leaves a gap: what follows is thrown away up to the last piece;
 *   <li>a piece for another destination abandons the queue likewise, and begins another if it is 1;
 *   <li>pieces that are too much in all make a gap, too.
 * </ul>
 */
final class Reassembly {

  /** The largest payload of a datagram over IPv4. */
  static final int MAX_OCTETS = 65_507;

  /** RFC 1928: no less than 5 seconds. */
  static final long TIMER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int LAST = 0x80;
  private static final int POSITION = 0x7F;
  private static final int FIRST_OCTETS = 2048;
  private static final byte[] NONE = {};

  /** What became of a fragment. */
  enum Step {
    /** It is kept. */
    KEPT,
    /** It was the last: the datagram is whole, see {@link #whole}. */
    WHOLE,
    /** It is none that the sequence could take. */
    NOISE,
    /** It would have made the datagram too big. */
    TOO_BIG,
    /** No memory is left for it. */
    NO_ROOM
  }

  private final Allowance held;
  private byte[] octets = NONE;
  private byte[] destination = NONE;
  private int length;
  private int highest; // 0: no sequence
  private int pieces;
  private boolean broken;
  private long startedNanos;
  private int lost;

  Reassembly(Allowance held) {
    this.held = held;
  }

  /** A sequence has begun. */
  boolean isActive() {
    return highest > 0;
  }

  /**
   * Takes a fragment.
   *
   * @param fragment FRAG, not 0
   * @param toAt where its destination is in {@code in}
   * @param dataAt where its data is
   */
  Step add(
      int fragment,
      ByteBuffer in,
      int toAt,
      int toLength,
      int dataAt,
      int dataLength,
      long nowNanos) {
    expire(nowNanos);
    int position = fragment & POSITION;
    if (isActive() && (position < highest || !isTo(in, toAt, toLength))) {
      abandon();
    } else if (isActive() && position == highest) {
      return Step.NOISE;
    }
    if (!isActive()) {
      if (position != 1) {
        return Step.NOISE;
      }
      begin(in, toAt, toLength, nowNanos);
    }
    Step step = position == highest + 1 ? append(in, dataAt, dataLength) : Step.NOISE;
    highest = position;
    if (step != Step.KEPT) {
      breakOff();
    }
    if ((fragment & LAST) == 0) {
      return step;
    }
    if (broken) {
      abandon();
      return step;
    }
    return Step.WHOLE;
  }

  private void begin(ByteBuffer in, int toAt, int toLength, long nowNanos) {
    destination = new byte[toLength];
    in.get(toAt, destination);
    startedNanos = nowNanos;
    broken = false;
  }

  private boolean isTo(ByteBuffer in, int at, int length) {
    if (length != destination.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in.get(at + i) != destination[i]) {
        return false;
      }
    }
    return true;
  }

  private Step append(ByteBuffer in, int at, int more) {
    if (broken) {
      return Step.NOISE;
    }
    int needed = length + more;
    if (needed > MAX_OCTETS) {
      return Step.TOO_BIG;
    }
    if (needed > octets.length) {
      int size = Math.clamp(2L * needed, FIRST_OCTETS, MAX_OCTETS);
      if (!held.take(size - octets.length)) {
        return Step.NO_ROOM;
      }
      octets = Arrays.copyOf(octets, size);
    }
    in.get(at, octets, length, more);
    length = needed;
    pieces++;
    return Step.KEPT;
  }

  /** The sequence can come to nothing; its positions still count. */
  private void breakOff() {
    lost += pieces;
    release();
    broken = true;
  }

  /** Throws away what is there, because something else came. */
  void abandon() {
    lost += pieces;
    release();
    highest = 0;
    destination = NONE;
  }

  private void release() {
    held.give(octets.length);
    octets = NONE;
    length = 0;
    pieces = 0;
  }

  /** Abandons the queue if its time is over. */
  void expire(long nowNanos) {
    if (isActive() && nowNanos - startedNanos >= TIMER_NANOS) {
      abandon();
    }
  }

  /** The datagram, after {@link Step#WHOLE}: its octets are the first {@link #length}. */
  byte[] whole() {
    return octets;
  }

  int length() {
    return length;
  }

  /** Forgets the datagram after it was passed on. */
  void passedOn() {
    pieces = 0;
    abandon();
  }

  /** Fragments that were kept and then thrown away, since this was asked last. */
  int takeLost() {
    int since = lost;
    lost = 0;
    return since;
  }
}
