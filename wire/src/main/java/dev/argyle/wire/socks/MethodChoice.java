package dev.argyle.wire.socks;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The server's answer to a {@link Greeting} (RFC 1928, section 3), 2 octets.
 *
 * <pre>
 *   VER 05 | METHOD
 * </pre>
 */
public enum MethodChoice implements Writable {
  NONE(Method.NONE),
  GSSAPI(Method.GSSAPI),
  PASSWORD(Method.PASSWORD),
  /** X'FF': nothing follows but the close. */
  NONE_ACCEPTABLE(null);

  private static final int VERSION = 0x05;
  private static final int NOTHING = 0xFF;

  private final @Nullable Method method;

  MethodChoice(@Nullable Method method) {
    this.method = method;
  }

  /** The answer that picks this method. */
  public static MethodChoice of(Method method) {
    return switch (method) {
      case NONE -> NONE;
      case GSSAPI -> GSSAPI;
      case PASSWORD -> PASSWORD;
    };
  }

  /** The picked method; null: none was acceptable. */
  public @Nullable Method method() {
    return method;
  }

  /**
   * Reads the answer, for a client. On Message the position is behind it, otherwise it has not
   * moved. Whether the method was offered at all is for the client to check.
   *
   * @param in octets from the start of the answer; not kept
   */
  public static Decoded<MethodChoice, Void> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available > 0 && Byte.toUnsignedInt(in.get(start)) != VERSION) {
      return new Decoded.Malformed<>(null, "the first octet is not 05");
    }
    if (available < 2) {
      return Decoded.needMore();
    }
    int code = Byte.toUnsignedInt(in.get(start + 1));
    Method method = Method.of(code);
    if (method == null && code != NOTHING) {
      return new Decoded.Malformed<>(null, "METHOD is none of 00, 01, 02, FF");
    }
    in.position(start + 2);
    return new Decoded.Message<>(method == null ? NONE_ACCEPTABLE : of(method));
  }

  @Override
  public int length() {
    return 2;
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) VERSION).put((byte) (method == null ? NOTHING : method.code()));
  }
}
