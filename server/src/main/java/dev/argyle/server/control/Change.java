package dev.argyle.server.control;

/** What a change came to: it was made whole, or nothing of it was. */
public sealed interface Change {

  /** Done, in force, and on the disk where it belongs there. */
  record Done() implements Change {}

  /**
   * The name is taken.
   *
   * @param samePassword whether that user has the password that was given
   */
  record UserExists(boolean samePassword) implements Change {}

  record NoSuchUser() implements Change {}

  /** No open connection has this number. */
  record NoSuchConnection() implements Change {}

  /** There are {@code accounts.max-users} accounts. */
  record UserLimitReached() implements Change {}

  /** For people, without anything a client sent; so is every reason below. */
  record NotAllowed(String reason) implements Change {}

  record OutOfRange(String reason) implements Change {}

  /** The server could not; its log has the details. */
  record Failed(String reason) implements Change {}
}
