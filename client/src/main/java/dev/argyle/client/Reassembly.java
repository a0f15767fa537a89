package dev.argyle.client;

import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.UdpHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragments of datagrams together again (FRAG; RFC 1928, section 7). One sequence at a time:
 * what does not continue it ends it, and starts another if it is a first fragment. Used by one
 * thread at a time; it knows no clock.
 *
 * <p>Bounds: a datagram of {@link #MAX_OCTETS}, so one array of that size at most, and {@link
 * #TIMER_NANOS} from the first fragment on. What exceeds them is dropped.
 */
final class Reassembly {

  /** No longer datagram could have been sent whole. */
  static final int MAX_OCTETS = 65_507;

  /** At least 5 seconds, says the RFC. */
  static final long TIMER_NANOS = Duration.ofSeconds(5).toNanos();

  private static final int LAST = 0x80;
  private static final int POSITION = 0x7F;
  private static final int FIRST_SIZE = 2048; // octets; most never need more

  private byte[] octets = new byte[0];
  private int length;
  private int highest; // position of the last fragment taken; 0: no sequence
  private long startedNanos;
  private @Nullable Destination source;
  private long dropped;

  /** Datagrams, whole or fragments, that have become part of nothing. */
  long dropped() {
    return dropped;
  }

  /** Forgets the sequence, as a datagram on its own in its middle demands. */
  void abandon() {
    dropped += highest;
    highest = 0;
    length = 0;
    source = null;
  }

  /**
   * Takes a fragment.
   *
   * @param header FRAG is not 0
   * @param payload taken whole
   * @param nowNanos of {@link System#nanoTime}
   * @return the datagram that is whole now; null: it is not yet, or never will be. Good until the
   *     next call
   */
  @Nullable ByteBuffer take(UdpHeader header, ByteBuffer payload, long nowNanos) {
    int position = header.fragment() & POSITION;
    if (highest > 0 && nowNanos - startedNanos >= TIMER_NANOS) {
      abandon();
    }
    if (highest > 0 && position == highest && header.destination().equals(source)) {
      dropped++; // a duplicate; the sequence goes on
      return null;
    }
    boolean continues = highest > 0 && position == highest + 1;
    if (!continues || !header.destination().equals(source)) {
      abandon(); // lower, from elsewhere, or behind a gap that nothing can fill
      if (position != 1) {
        dropped++;
        return null;
      }
      source = header.destination();
      startedNanos = nowNanos;
    }
    return append(position, (header.fragment() & LAST) != 0, payload);
  }

  private @Nullable ByteBuffer append(int position, boolean last, ByteBuffer payload) {
    int size = payload.remaining();
    if (size > MAX_OCTETS - length) {
      abandon();
      dropped++;
      return null;
    }
    if (octets.length < length + size) {
      int grown = Math.max(length + size, Math.max(FIRST_SIZE, 2 * octets.length));
      octets = Arrays.copyOf(octets, Math.min(grown, MAX_OCTETS));
    }
    payload.get(octets, length, size);
    length += size;
    highest = position;
    if (!last) {
      return null;
    }
    ByteBuffer whole = ByteBuffer.wrap(octets, 0, length);
    highest = 0;
    length = 0;
    source = null;
    return whole;
  }
}
