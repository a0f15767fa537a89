package dev.argyle.wire.socks;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;

/**
 * The server's answer to a {@link Request} (RFC 1928, section 6), 8 to 262 octets.
 *
 * <pre>
 *   VER 05 | REP | RSV 00 | ATYP | BND.ADDR | BND.PORT
 * </pre>
 *
 * @param bound what the command made: the outbound socket's address, the listener's, the caller's,
 *     the relay's
 */
public record Reply(ReplyCode code, Destination bound) implements Writable {

  /** The first octet of any reply. */
  public static final int VERSION = 0x05;

  /**
   * A refusal: zeros, in ATYP 01, whatever was asked for.
   *
   * @throws IllegalArgumentException for {@link ReplyCode#SUCCEEDED}
   */
  public static Reply failure(ReplyCode code) {
    if (code == ReplyCode.SUCCEEDED) {
      throw new IllegalArgumentException("success is no failure: it has an address");
    }
    return new Reply(code, Destination.UNSPECIFIED);
  }

  /**
   * Reads a reply, for a client. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the reply; not kept
   * @return Malformed for a wrong VER, an unassigned REP, an RSV other than 00, an unknown ATYP or
   *     an empty name, the first of them as soon as it is there
   */
  public static Decoded<Reply, Void> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available > 0 && Byte.toUnsignedInt(in.get(start)) != VERSION) {
      return new Decoded.Malformed<>(null, "VER is not 05");
    }
    if (available < 2) {
      return Decoded.needMore();
    }
    ReplyCode code = ReplyCode.of(Byte.toUnsignedInt(in.get(start + 1)));
    if (code == null) {
      return new Decoded.Malformed<>(null, "REP is none of 00 to 08");
    }
    if (available > 2 && in.get(start + 2) != 0) {
      return new Decoded.Malformed<>(null, "RSV is not 00");
    }
    if (available < 4) {
      return Decoded.needMore();
    }
    return switch (Destination.read(in.position(start + 3))) {
      case Decoded.Message<Destination, Void>(Destination bound) ->
          new Decoded.Message<>(new Reply(code, bound));
      case Decoded.NeedMore<Destination, Void> unfinished -> {
        in.position(start);
        yield Decoded.needMore();
      }
      case Decoded.Malformed<Destination, Void> malformed -> {
        in.position(start);
        yield new Decoded.Malformed<>(null, malformed.reason());
      }
    };
  }

  @Override
  public int length() {
    return 3 + bound.length();
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) VERSION).put((byte) code.code()).put((byte) 0);
    bound.write(out);
  }
}
