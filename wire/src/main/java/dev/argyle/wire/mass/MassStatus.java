package dev.argyle.wire.mass;

import org.jspecify.annotations.Nullable;

/** STATUS, what became of a request (MASS, section 5). */
public enum MassStatus {
  SUCCESS(0x00),
  /** Also: malformed or impossible parameters. */
  SERVER_ERROR(0x01),
  /** Also: not for this session. */
  INDEX_NOT_SUPPORTED(0x02),
  USER_LIMIT_REACHED(0x03);

  private final int code;

  MassStatus(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  static @Nullable MassStatus of(int code) {
    for (MassStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return null;
  }
}
