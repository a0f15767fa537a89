package dev.argyle.wire.feed;

import org.jspecify.annotations.Nullable;

/** CODE, what became of a modification, or why a query failed. */
public enum FeedCode {
  DONE(0x00),
  USER_EXISTS(0x01),
  NO_SUCH_USER(0x02),
  /** Or not ASCII. */
  OUT_OF_RANGE(0x03),
  USER_LIMIT_REACHED(0x04),
  /** Such as removing the last administrator. */
  NOT_ALLOWED(0x05),
  SERVER_ERROR(0x06);

  private final int code;

  FeedCode(int code) {
    this.code = code;
  }

  /** The octet on the wire. */
  public int code() {
    return code;
  }

  static @Nullable FeedCode of(int code) {
    for (FeedCode candidate : values()) {
      if (candidate.code == code) {
        return candidate;
      }
    }
    return null;
  }
}
