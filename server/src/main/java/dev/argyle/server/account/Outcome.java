package dev.argyle.server.account;

/** What a change of an account came to. Each operation says which of these it can give. */
public sealed interface Outcome {

  /** Done, and on the disk. */
  record Done() implements Outcome {}

  /**
   * The name is taken.
   *
   * @param samePassword whether the account has the password that was given
   */
  record AlreadyThere(boolean samePassword) implements Outcome {}

  /** There is no such account. */
  record NoSuchUser() implements Outcome {}

  /** There are {@code max-users} accounts. */
  record Full(int maxUsers) implements Outcome {}

  /** It would leave no enabled administrator. */
  record LastAdministrator() implements Outcome {}

  /** The user was added for this run only: there is nothing on the disk that could change. */
  record OfThisRun() implements Outcome {}

  /** A password that is not 1 to 255 octets, or an attribute that does not take the value. */
  record Invalid(String reason) implements Outcome {}
}
