package dev.argyle.server.session.gssapi;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One client's frames, put together as their octets come. It takes what it is given, so that a
 * frame of 65,539 octets needs no buffer of that size anywhere else; memory grows with what has
 * come, not with what LEN says. Belongs to one loop.
 */
public final class FrameAssembly {

  /** What LEN is believed at first; then memory doubles, or is made for what has come. */
  private static final int FIRST_OCTETS = 1024;

  private static final int HEADER_OCTETS = 4;

  private final ByteBuffer header = ByteBuffer.allocate(HEADER_OCTETS);
  private byte @Nullable [] token;
  private int length;
  private int filled;

  /** Whether a frame has begun and not ended. */
  public boolean isInside() {
    return token != null || header.position() > 0;
  }

  /** Memory of a token that is not whole. */
  public int heldOctets() {
    return token == null ? 0 : token.length;
  }

  /**
   * Takes octets up to the end of a frame. Unlike other readers it keeps what it takes: on NeedMore
   * nothing is left. After Malformed nothing can follow.
   *
   * @param in from where the last call left it; not kept
   */
  public Decoded<GssapiFrame, Abort> next(ByteBuffer in) {
    if (token == null) {
      while (in.hasRemaining() && token == null) {
        header.put(in.get());
        Decoded<GssapiFrame, Abort> read = GssapiFrame.read(header.duplicate().flip());
        if (!(read instanceof Decoded.NeedMore<GssapiFrame, Abort>)) {
          header.clear();
          return read;
        }
        if (!header.hasRemaining()) {
          length = Short.toUnsignedInt(header.getShort(2));
          token = new byte[Math.min(length, Math.max(FIRST_OCTETS, in.remaining()))];
          filled = 0;
        }
      }
    }
    byte[] taken = token;
    return taken == null ? Decoded.needMore() : fill(taken, in);
  }

  private Decoded<GssapiFrame, Abort> fill(byte[] begun, ByteBuffer in) {
    byte[] octets = begun;
    while (filled < length && in.hasRemaining()) {
      if (filled == octets.length) {
        octets = Arrays.copyOf(octets, Math.min(length, filled + Math.max(filled, in.remaining())));
        token = octets;
      }
      int taken = Math.min(in.remaining(), octets.length - filled);
      in.get(octets, filled, taken);
      filled += taken;
    }
    if (filled < length) {
      return Decoded.needMore();
    }
    Purpose purpose = Purpose.values()[header.get(1) - 1];
    header.clear();
    token = null;
    return new Decoded.Message<>(new Token(purpose, octets));
  }
}
