package dev.argyle.wire.feed;

import org.jspecify.annotations.Nullable;

/** A number that a query without arguments asks for (FEED, section 3). */
public enum FeedFigure {
  /** SOCKS connections accepted since the server started. */
  TOTAL_HISTORIC_CONNECTIONS(0x01, 4),
  CURRENT_CONNECTIONS(0x02, 4),
  /** A high-water mark. */
  MAX_CONCURRENT_CONNECTIONS(0x03, 4),
  /** Relayed payload towards clients. */
  OCTETS_SENT(0x04, 8),
  /** Relayed payload from clients. */
  OCTETS_RECEIVED(0x05, 8),
  /** Distinct users with at least one open connection. */
  USERS_CONNECTED(0x06, 4),
  TOTAL_USERS(0x07, 4),
  /** In milliseconds. */
  SELECTOR_TIMEOUT(0x08, 4),
  /** In seconds; 0: never. */
  CONNECTION_TIMEOUT(0x09, 4);

  private final int method;
  private final int size;

  FeedFigure(int method, int size) {
    this.method = method;
    this.size = size;
  }

  /** The METHOD octet. */
  public int method() {
    return method;
  }

  /** How many octets its value has, 4 or 8. */
  public int size() {
    return size;
  }

  static @Nullable FeedFigure of(int method) {
    for (FeedFigure figure : values()) {
      if (figure.method == method) {
        return figure;
      }
    }
    return null;
  }
}
