package dev.argyle.server.account;

/** What a name and a password came to. */
public sealed interface Verdict {

  /** The password is right, and the account is enabled. */
  record Accepted(User user) implements Verdict {}

  /** Unknown, disabled, or a wrong password: nobody is told which. */
  record Refused() implements Verdict {}

  /** Too many passwords wait to be verified: nothing was decided, the client may try again. */
  record Busy() implements Verdict {}
}
