package dev.argyle.wire.socks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Reassembles datagrams from fragments (RFC 1928, section 7): one queue, which holds the fragments
 * of one datagram, and one timer, which runs from the first fragment on. One thread at a time; it
 * has no clock.
 *
 * <p>FRAG is the position, 1 to 127; the high bit marks the last. A fragment is taken if its
 * position is the next one. Otherwise:
 *
 * <ul>
 *   <li>the same position again is a duplicate, and changes nothing;
 *   <li>a lower position abandons the queue, and begins another if it is 1;
 *   <li>a higher position leaves a gap: what follows is dropped up to the last fragment;
 *   <li>a fragment of another address abandons the queue, and begins another if it is 1;
 *   <li>fragments that exceed {@link #MAX_OCTETS} or the {@link Memory} count as a gap.
 * </ul>
 *
 * <p>So it holds at most {@link #MAX_OCTETS}, for at most {@link #TIMER_NANOS}.
 */
public final class Reassembly {

  /** The largest payload of a datagram over IPv4. */
  public static final int MAX_OCTETS = 65_507;

  /** RFC 1928: no less than 5 seconds. */
  public static final long TIMER_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int LAST = 0x80;
  private static final int POSITION = 0x7F;
  private static final int FIRST_OCTETS = 2048;
  private static final byte[] NONE = {};

  /** What became of a fragment. */
  public enum Step {
    /** It is kept. */
    KEPT,
    /** It was the last: the datagram is whole, see {@link #takeWhole}. */
    WHOLE,
    /** It is none that the sequence could take. */
    NOISE,
    /** It would have made the datagram too big. */
    TOO_BIG,
    /** No memory is left for it. */
    NO_ROOM
  }

  /** What several of these may hold together. */
  public interface Memory {
    /** Takes so many octets, if they are left. */
    boolean take(int octets);

    /** Gives so many back. */
    void give(int octets);
  }

  private static final Memory OWN =
      new Memory() {
        @Override
        public boolean take(int octets) {
          return true;
        }

        @Override
        public void give(int octets) {}
      };

  private final Memory held;
  private byte[] octets = NONE;
  private byte[] address = NONE;
  private int length;
  private int highest; // 0: no sequence
  private int pieces;
  private boolean broken;
  private long startedNanos;
  private int lost;

  /** On its own, bounded by {@link #MAX_OCTETS} alone. */
  public Reassembly() {
    this(OWN);
  }

  /** Shares a bound with others. */
  public Reassembly(Memory held) {
    this.held = held;
  }

  /** Whether a sequence has begun. */
  public boolean isActive() {
    return highest > 0;
  }

  /**
   * Takes a fragment.
   *
   * @param fragment FRAG, not 0
   * @param in not kept; its position does not matter and does not move
   * @param addressAt where ATYP, DST.ADDR and DST.PORT are: one sequence has one address
   * @param dataAt where its data is
   * @param nowNanos of {@link System#nanoTime}
   */
  public Step add(
      int fragment,
      ByteBuffer in,
      int addressAt,
      int addressLength,
      int dataAt,
      int dataLength,
      long nowNanos) {
    expire(nowNanos);
    int position = fragment & POSITION;
    if (isActive() && (position < highest || !isOf(in, addressAt, addressLength))) {
      abandon();
    } else if (isActive() && position == highest) {
      return Step.NOISE;
    }
    if (!isActive()) {
      if (position != 1) {
        return Step.NOISE;
      }
      begin(in, addressAt, addressLength, nowNanos);
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

  private void begin(ByteBuffer in, int addressAt, int addressLength, long nowNanos) {
    address = new byte[addressLength];
    in.get(addressAt, address);
    startedNanos = nowNanos;
    broken = false;
  }

  private boolean isOf(ByteBuffer in, int at, int length) {
    if (length != address.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (in.get(at + i) != address[i]) {
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

  /** Drops what is there. A datagram that is not a fragment demands it, too. */
  public void abandon() {
    lost += pieces;
    release();
    highest = 0;
    address = NONE;
  }

  private void release() {
    held.give(octets.length);
    octets = NONE;
    length = 0;
    pieces = 0;
  }

  /** Abandons the queue if its time is over. */
  public void expire(long nowNanos) {
    if (isActive() && nowNanos - startedNanos >= TIMER_NANOS) {
      abandon();
    }
  }

  /** The datagram, after {@link Step#WHOLE}; it is the caller's from now on. */
  public ByteBuffer takeWhole() {
    ByteBuffer whole = ByteBuffer.wrap(octets, 0, length);
    pieces = 0;
    abandon();
    return whole;
  }

  /** How many fragments were kept and then dropped, since this was asked last. */
  public int takeLost() {
    int since = lost;
    lost = 0;
    return since;
  }
}
