package dev.argyle.server.account;

/** Whether a user whom another authority (Kerberos) has authenticated may log in. */
public sealed interface ExternalLogin {

  /** Yes. The account was there, or has just been created. */
  record Accepted(User user) implements ExternalLogin {}

  /** The account is disabled. */
  record Disabled() implements ExternalLogin {}

  /** There is no account, and there are {@code max-users} already. */
  record Full(int maxUsers) implements ExternalLogin {}
}
