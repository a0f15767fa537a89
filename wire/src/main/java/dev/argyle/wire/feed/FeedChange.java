package dev.argyle.wire.feed;

import org.jspecify.annotations.Nullable;

/** METHOD of a modification (FEED, section 3). */
public enum FeedChange {
  ADD_USER(0x00),
  REMOVE_USER(0x01),
  SET_PASSWORD_SPOOFING(0x02),
  SET_SELECTOR_TIMEOUT(0x03),
  SET_CONNECTION_TIMEOUT(0x04);

  private final int method;

  FeedChange(int method) {
    this.method = method;
  }

  /** The METHOD octet. */
  public int method() {
    return method;
  }

  static @Nullable FeedChange of(int method) {
    for (FeedChange change : values()) {
      if (change.method == method) {
        return change;
      }
    }
    return null;
  }
}
