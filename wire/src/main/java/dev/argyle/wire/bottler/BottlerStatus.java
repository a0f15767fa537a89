package dev.argyle.wire.bottler;

import org.jspecify.annotations.Nullable;

/** STATUS, what became of a request. */
public enum BottlerStatus {
  DONE(0x00),
  /** Parameters cut short, or with octets left over. */
  MALFORMED(0x01),
  NO_SUCH_USER(0x02),
  USER_EXISTS(0x03),
  USER_LIMIT_REACHED(0x04),
  /** Also: a name or password without octets or not ASCII. */
  OUT_OF_RANGE(0x05),
  /** Such as deleting the last administrator. */
  NOT_ALLOWED(0x06),
  SERVER_ERROR(0x07),
  UNKNOWN_COMMAND(0xFE);

  private final int code;

  BottlerStatus(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  static @Nullable BottlerStatus of(int code) {
    for (BottlerStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return null;
  }
}
