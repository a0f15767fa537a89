package dev.argyle.wire.mass;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * A client's first message (MASS, section 3), 3 to 257 octets.
 *
 * <pre>
 *   VER 01 | NMETHODS | METHODS (1 to 255)
 * </pre>
 *
 * @param offered those of the offered methods that exist; empty if the client offered only others.
 *     Order and duplicates mean nothing.
 */
public record MassGreeting(Set<MassMethod> offered) implements Writable {

  private static final int VERSION = 0x01;

  public MassGreeting {
    offered = Set.copyOf(offered);
  }

  /**
   * Reads a greeting. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the connection; not kept
   * @return Malformed with {@link MassChoice#NONE_ACCEPTABLE} for another VER and for no methods
   */
  public static Decoded<MassGreeting, MassChoice> read(ByteBuffer in) {
    Fields fields = new Fields(in);
    Integer version = fields.octet();
    if (version != null && version != VERSION) {
      return fields.malformed(MassChoice.NONE_ACCEPTABLE, "VER is not 01");
    }
    byte[] methods = fields.counted();
    if (methods == null) {
      return fields.needMore();
    }
    if (methods.length == 0) {
      return fields.malformed(MassChoice.NONE_ACCEPTABLE, "NMETHODS is 0");
    }
    Set<MassMethod> offered = EnumSet.noneOf(MassMethod.class);
    for (byte code : methods) {
      MassMethod method = MassMethod.of(Byte.toUnsignedInt(code));
      if (method != null) {
        offered.add(method);
      }
    }
    return new Decoded.Message<>(new MassGreeting(offered));
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
    for (MassMethod method : MassMethod.values()) {
      if (offered.contains(method)) {
        out.put((byte) method.code());
      }
    }
  }
}
