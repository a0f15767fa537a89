package dev.argyle.server.account;

import dev.argyle.wire.UserName;

/** What became of somebody whom another authority vouches for. */
public sealed interface Introduction {

  /** The account's user; the account may have been made right now. */
  record Welcome(User user) implements Introduction {}

  /** There is an account, and it is disabled. */
  record Disabled() implements Introduction {}

  /** There is no account, and no room for another one. */
  record Full(int maxUsers) implements Introduction {}

  /** Finds the account, or makes one without a password. Blocks for the disk. */
  static Introduction to(AccountStore store, UserName name, long nowMillis, int maxUsers) {
    while (true) {
      AccountStore.Row row = store.find(name);
      if (row != null) {
        return row.account().enabled()
            ? new Welcome(new User(name.text(), row.account().admin()))
            : new Disabled();
      }
      if (store.add(name, NoPassword.TEXT, false, nowMillis, maxUsers)
          instanceof Outcome.Full(int limit)) {
        return new Full(limit);
      }
    }
  }
}
