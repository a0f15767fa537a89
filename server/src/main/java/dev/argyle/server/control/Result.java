package dev.argyle.server.control;

/** What a requested change came to: it was made whole, or nothing of it was. */
public sealed interface Result {

  /** Done, in force, and on the disk where it belongs there. */
  record Done() implements Result {}

  /**
   * The name is taken.
   *
   * @param samePassword whether that user has the password that was given
   */
  record UserExists(boolean samePassword) implements Result {}

  record NoSuchUser() implements Result {}

  /** No open connection has this number. */
  record NoSuchConnection() implements Result {}

  /** The source has none. */
  record NoSuchPenalty() implements Result {}

  /** There are {@code accounts.max-users} accounts. */
  record UserLimitReached() implements Result {}

  /**
   * For people, without anything a client sent; so is every reason below.
   *
   * @param ofSession whether it is the session that may not; else what was asked for is refused
   *     whoever asks
   */
  record NotAllowed(String reason, boolean ofSession) implements Result {

    public NotAllowed(String reason) {
      this(reason, false);
    }
  }

  record OutOfRange(String reason) implements Result {}

  /** The server could not; its log has the details. */
  record Failed(String reason) implements Result {}
}
