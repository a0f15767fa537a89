package dev.argyle.wire.gssapi;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A frame of RFC 1961, sections 3 to 5, from either side: 4 to 65,539 octets, or 2.
 *
 * <pre>
 *   VER 01 | MTYP 01, 02, 03 | LEN (2) | TOKEN (LEN)    Token
 *   VER 01 | MTYP FF                                    Abort
 * </pre>
 */
public sealed interface GssapiFrame extends Writable {

  /** The first octet of any frame. */
  int VERSION = 0x01;

  /** What LEN can say. */
  int MAX_TOKEN_OCTETS = 0xFFFF;

  /** MTYP, what a token is for. */
  enum Purpose {
    /** Establishes the context. */
    CONTEXT(0x01),
    /** Agrees on the level of protection, once. */
    PROTECTION_LEVEL(0x02),
    /** Carries requests, replies, payload and datagrams. */
    DATA(0x03);

    private final int code;

    Purpose(int code) {
      this.code = code;
    }

    /** The octet on the wire. */
    public int code() {
      return code;
    }

    private static @Nullable Purpose of(int code) {
      return switch (code) {
        case 0x01 -> CONTEXT;
        case 0x02 -> PROTECTION_LEVEL;
        case 0x03 -> DATA;
        default -> null;
      };
    }
  }

  /**
   * A token.
   *
   * @param value 0 to 65535 octets; not copied, and nobody changes it
   */
  @SuppressWarnings("ArrayRecordComponent") // payload passes here; equals looks into it
  record Token(Purpose purpose, byte[] value) implements GssapiFrame {

    public Token {
      if (value.length > MAX_TOKEN_OCTETS) {
        throw new IllegalArgumentException("a token has 65535 octets at most, not " + value.length);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Token that
          && purpose == that.purpose
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * purpose.hashCode() + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Token[" + purpose + ", " + value.length + " octets]";
    }
  }

  /** The sender refuses or has failed; nothing follows but the close. */
  record Abort() implements GssapiFrame {}

  /**
   * Reads a frame. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the frame; not kept
   * @return Malformed with an Abort for a wrong VER or an unknown MTYP, as soon as it is there
   */
  static Decoded<GssapiFrame, Abort> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available > 0 && in.get(start) != VERSION) {
      return new Decoded.Malformed<>(new Abort(), "VER is not 01");
    }
    if (available < 2) {
      return Decoded.needMore();
    }
    int type = Byte.toUnsignedInt(in.get(start + 1));
    if (type == 0xFF) {
      in.position(start + 2);
      return new Decoded.Message<>(new Abort());
    }
    Purpose purpose = Purpose.of(type);
    if (purpose == null) {
      return new Decoded.Malformed<>(new Abort(), "MTYP is none of 01, 02, 03, FF");
    }
    if (available < 4) {
      return Decoded.needMore();
    }
    int length = Byte.toUnsignedInt(in.get(start + 2)) << 8 | Byte.toUnsignedInt(in.get(start + 3));
    if (available < 4 + length) {
      return Decoded.needMore();
    }
    byte[] token = new byte[length];
    in.position(start + 4).get(token);
    return new Decoded.Message<>(new Token(purpose, token));
  }

  @Override
  default int length() {
    return switch (this) {
      case Token(Purpose purpose, byte[] value) -> 4 + value.length;
      case Abort abort -> 2;
    };
  }

  @Override
  default void write(ByteBuffer out) {
    switch (this) {
      case Token(Purpose purpose, byte[] value) ->
          out.put((byte) VERSION)
              .put((byte) purpose.code())
              .put((byte) (value.length >> 8))
              .put((byte) value.length)
              .put(value);
      case Abort abort -> out.put((byte) VERSION).put((byte) 0xFF);
    }
  }
}
