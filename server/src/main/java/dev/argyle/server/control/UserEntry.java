package dev.argyle.server.control;

import dev.argyle.server.account.Account;

/**
 * A user as lists show it.
 *
 * @param connections that are open now
 */
public record UserEntry(Account account, int connections) {

  /** Another one after every change of name, password or flags. */
  public String stamp() {
    return Long.toString(account.changedMillis(), Character.MAX_RADIX);
  }
}
