package dev.argyle.server.manage.http;

import dev.argyle.server.admission.Shares;
import dev.argyle.wire.Source;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The body of the request that a connection is reading. Whoever sends more than a read's worth
 * needs one of a bounded number of places, so what slow bodies hold is bounded at all connections
 * together. Belongs to the connection's loop; the places are shared by all.
 */
final class RequestBody {

  /** Longer than any that the API needs: 4,000 numbers of connections. */
  static final int MAX_OCTETS = 64 * 1024;

  /** As much needs no place. */
  static final int SHORT_OCTETS = 4 * 1024;

  /** Long bodies that are being read at once: 8 MiB. */
  static final int MAX_LONG = 128;

  /** Of one source. */
  static final int MAX_LONG_OF_A_SOURCE = MAX_LONG / 2;

  /** What became of octets. */
  enum Taken {
    TAKEN,
    TOO_LONG,
    NO_PLACE
  }

  private static final byte[] NOTHING = {};

  private final Shares places;
  private final Source source;
  private byte[] octets = NOTHING;
  private int length;
  private boolean placed;

  RequestBody(Shares places, Source source) {
    this.places = places;
    this.source = source;
  }

  /** Copies what has come. */
  Taken add(ByteBuf more) {
    int needed = length + more.readableBytes();
    if (needed > MAX_OCTETS) {
      return Taken.TOO_LONG;
    }
    if (needed > SHORT_OCTETS && !placed) {
      if (places.take(source, MAX_LONG, MAX_LONG_OF_A_SOURCE) != Shares.Answer.GIVEN) {
        return Taken.NO_PLACE;
      }
      placed = true;
    }
    if (needed > octets.length) {
      octets = Arrays.copyOf(octets, Math.min(MAX_OCTETS, Math.max(needed, 2 * octets.length)));
    }
    more.getBytes(more.readerIndex(), octets, length, more.readableBytes());
    length = needed;
    return Taken.TAKEN;
  }

  /** The whole body; it is forgotten here, but its place is kept until {@link #leave}. */
  byte[] take() {
    byte[] whole = length == octets.length ? octets : Arrays.copyOf(octets, length);
    octets = NOTHING;
    length = 0;
    return whole;
  }

  /** The request is answered, or the connection is gone. */
  void leave() {
    octets = NOTHING;
    length = 0;
    if (placed) {
      placed = false;
      places.leave(source);
    }
  }
}
