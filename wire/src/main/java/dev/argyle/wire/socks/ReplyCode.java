package dev.argyle.wire.socks;

import org.jspecify.annotations.Nullable;

/** REP, what became of a request (RFC 1928, section 6). */
public enum ReplyCode {
  SUCCEEDED(0x00),
  GENERAL_FAILURE(0x01),
  /** By the rules. */
  NOT_ALLOWED(0x02),
  NETWORK_UNREACHABLE(0x03),
  HOST_UNREACHABLE(0x04),
  CONNECTION_REFUSED(0x05),
  TTL_EXPIRED(0x06),
  COMMAND_NOT_SUPPORTED(0x07),
  ADDRESS_TYPE_NOT_SUPPORTED(0x08);

  private final int code;

  ReplyCode(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  /** The code with this octet; null: it is not assigned. */
  public static @Nullable ReplyCode of(int code) {
    for (ReplyCode candidate : values()) {
      if (candidate.code == code) {
        return candidate;
      }
    }
    return null;
  }
}
