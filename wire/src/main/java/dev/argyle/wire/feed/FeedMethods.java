package dev.argyle.wire.feed;

/** ACTION, and METHOD where no enum has it (FEED, section 3). */
final class FeedMethods {

  static final int QUERY = 0xD0;
  static final int MODIFICATION = 0xBE;

  static final int USERS = 0x00;
  static final int USER_CONNECTIONS = 0x0A;
  static final int OPEN_CONNECTIONS = 0x0B;
  static final int ENDED_CONNECTIONS = 0x0C;

  /** Why a query failed. */
  static final int QUERY_FAILED = 0xF0;

  /** Of ACTION and METHOD alike: no such one. */
  static final int INVALID = 0xFF;

  private FeedMethods() {}

  static int connections(boolean ended) {
    return ended ? ENDED_CONNECTIONS : OPEN_CONNECTIONS;
  }
}
