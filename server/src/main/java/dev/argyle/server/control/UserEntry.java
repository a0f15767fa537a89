package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.server.config.Attributes;

/**
 * A user as lists show it.
 *
 * @param connections that are open now
 * @param effective the limits that hold: the user's own before those of their plan
 */
public record UserEntry(Account account, int connections, Attributes effective) {

  /** Another one after every change of name, password, flags or limits. */
  public String stamp() {
    return Long.toString(account.changedMillis(), Character.MAX_RADIX);
  }
}
