package dev.argyle.wire.socks;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * A client's first message (RFC 1928, section 3), 3 to 257 octets.
 *
 * <pre>
 *   VER 05 | NMETHODS | METHODS (1 to 255)
 * </pre>
 *
 * @param offered those of the offered methods that we speak; empty if the client offered only
 *     others. Order and duplicates mean nothing.
 */
public record Greeting(Set<Method> offered) implements Writable {

  private static final int VERSION = 0x05;

  public Greeting {
    offered = Set.copyOf(offered);
  }

  /**
   * Reads a greeting. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the connection; not kept
   * @return Malformed without an answer for a first octet other than 05 (that peer does not speak
   *     SOCKS 5 and gets nothing to see); with {@link MethodChoice#NONE_ACCEPTABLE} for no methods
   */
  public static Decoded<Greeting, MethodChoice> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available > 0 && Byte.toUnsignedInt(in.get(start)) != VERSION) {
      return new Decoded.Malformed<>(null, "the first octet is not 05");
    }
    if (available < 2) {
      return Decoded.needMore();
    }
    int count = Byte.toUnsignedInt(in.get(start + 1));
    if (count == 0) {
      return new Decoded.Malformed<>(MethodChoice.NONE_ACCEPTABLE, "NMETHODS is 0");
    }
    if (available < 2 + count) {
      return Decoded.needMore();
    }
    Set<Method> offered = EnumSet.noneOf(Method.class);
    for (int i = 0; i < count; i++) {
      Method method = Method.of(Byte.toUnsignedInt(in.get(start + 2 + i)));
      if (method != null) {
        offered.add(method);
      }
    }
    in.position(start + 2 + count);
    return new Decoded.Message<>(new Greeting(offered));
  }

  @Override
  public int length() {
    return 2 + offered.size();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if nothing is offered: such a greeting can be read, not sent
   */
  @Override
  public void write(ByteBuffer out) {
    if (offered.isEmpty()) {
      throw new IllegalStateException("a greeting offers at least one method");
    }
    out.put((byte) VERSION).put((byte) offered.size());
    for (Method method : Method.values()) {
      if (offered.contains(method)) {
        out.put((byte) method.code());
      }
    }
  }
}
