package dev.argyle.wire.mass;

import org.jspecify.annotations.Nullable;

/** How a client may authenticate (MASS, section 3). */
public enum MassMethod {
  /** Such a session may only read. */
  NONE(0x00),
  /** RFC 1929. */
  PASSWORD(0x02);

  private final int code;

  MassMethod(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  static @Nullable MassMethod of(int code) {
    return switch (code) {
      case 0x00 -> NONE;
      case 0x02 -> PASSWORD;
      default -> null;
    };
  }
}
