package dev.argyle.server.session.login;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.LiveConnection;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends the connections of users who may no longer log in, whoever removed, disabled or renamed
 * them. Safe for any thread.
 *
 * <p>A login that is under way while its account goes is in no list of connections yet. So every
 * login notes the number of changes before its password is looked at, and is looked at again if it
 * has become another once the connection has its name.
 */
final class RemovedUsers {

  private final AccountBook accounts;
  private final ConnectionTable connections;
  private final AtomicInteger changes = new AtomicInteger();

  private RemovedUsers(AccountBook accounts, ConnectionTable connections) {
    this.accounts = accounts;
    this.connections = connections;
  }

  /** Begins to listen to the accounts. */
  static RemovedUsers watch(AccountBook accounts, ConnectionTable connections) {
    RemovedUsers watching = new RemovedUsers(accounts, connections);
    accounts.onEvent(watching::changed);
    return watching;
  }

  /** How often accounts have changed. */
  int changes() {
    return changes.get();
  }

  private void changed(AccountEvent change) {
    changes.incrementAndGet(); // before the connections are looked through
    switch (change) {
      case AccountEvent.Removed(String name) -> endAllOf(name);
      case AccountEvent.Disabled(String name) -> endAllOf(name);
      case AccountEvent.Renamed(String name, String _) -> endAllOf(name);
      case AccountEvent.PasswordChanged _, AccountEvent.FlagsChanged _ -> {}
      case AccountEvent.Many() -> {
        for (String name : connections.users()) {
          if (!accounts.admits(name)) {
            endAllOf(name);
          }
        }
      }
    }
  }

  private void endAllOf(String name) {
    if (accounts.isTemporary(name)) {
      return; // it hides the account that went
    }
    for (LiveConnection connection : connections.of(name)) {
      connection.askToEnd(EndReason.USER_REMOVED);
    }
  }

  /**
   * On the connection's loop, once it has its user's name: ends it if the account has gone since.
   *
   * @param changesBefore {@link #changes} before the password was looked at
   */
  void loggedIn(LiveConnection connection, String name, int changesBefore) {
    if (changes.get() != changesBefore) {
      Thread.ofVirtual()
          .start(
              () -> {
                if (!accounts.admits(name)) {
                  connection.askToEnd(EndReason.USER_REMOVED);
                }
              });
    }
  }
}
