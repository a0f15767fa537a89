package dev.argyle.wire.socks;

import org.jspecify.annotations.Nullable;

/** An authentication method that Argyle speaks (RFC 1928, section 3). */
public enum Method {
  /** NO AUTHENTICATION REQUIRED. */
  NONE(0x00),
  /** RFC 1961. */
  GSSAPI(0x01),
  /** USERNAME/PASSWORD, RFC 1929. */
  PASSWORD(0x02);

  private final int code;

  Method(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  /** The method with this octet; null: none that we speak. */
  static @Nullable Method of(int code) {
    return switch (code) {
      case 0x00 -> NONE;
      case 0x01 -> GSSAPI;
      case 0x02 -> PASSWORD;
      default -> null;
    };
  }
}
