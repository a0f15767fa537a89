package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.wire.UserName;

/**
 * A user as it is shown.
 *
 * @param name one character an octet
 * @param text for people: UTF-8 read, what is not printable escaped
 * @param lastConnectionMillis since 1970; 0: never
 */
public record KnownUser(
    UserName name, String text, boolean administrator, boolean enabled, long lastConnectionMillis) {

  static KnownUser of(Account account) {
    return new KnownUser(
        account.name(),
        account.name().escaped(),
        account.admin(),
        account.enabled(),
        account.lastConnectionMillis());
  }
}
