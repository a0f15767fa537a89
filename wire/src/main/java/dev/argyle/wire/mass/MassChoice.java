package dev.argyle.wire.mass;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;

/**
 * The server's answer to a {@link MassGreeting}, 2 octets.
 *
 * <pre>
 *   VER 01 | METHOD
 * </pre>
 */
public enum MassChoice implements Writable {
  NONE(0x00),
  PASSWORD(0x02),
  /** Nothing follows but the close. */
  NONE_ACCEPTABLE(0xFF);

  private static final int VERSION = 0x01;

  private final int code;

  MassChoice(int code) {
    this.code = code;
  }

  /** The answer that picks this method. */
  public static MassChoice of(MassMethod method) {
    return switch (method) {
      case NONE -> NONE;
      case PASSWORD -> PASSWORD;
    };
  }

  /**
   * Reads the answer, for a client. On Message the position is behind it, otherwise it has not
   * moved.
   *
   * @param in octets from the start of the answer; not kept
   */
  public static Decoded<MassChoice, Void> read(ByteBuffer in) {
    Fields fields = new Fields(in);
    Integer version = fields.octet();
    if (version != null && version != VERSION) {
      return fields.malformed(null, "VER is not 01");
    }
    Integer code = fields.octet();
    if (code == null) {
      return fields.needMore();
    }
    for (MassChoice choice : values()) {
      if (choice.code == code) {
        return new Decoded.Message<>(choice);
      }
    }
    return fields.malformed(null, "METHOD is none of 00, 02, FF");
  }

  @Override
  public int length() {
    return 2;
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) VERSION).put((byte) code);
  }
}
