package dev.argyle.server.session.login;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.User;
import dev.argyle.server.admission.AccountUses;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Ends the connections of users who may no longer log in, and those that were opened with a
 * password that is not the user's any more, whoever removed, disabled or renamed the user or
 * changed the password; and tells those of accounts whose limits have changed. Safe for any thread.
 *
 * <p>A change by another process is told late. So what a connection was opened with is compared
 * with what the account is now: one that was opened after the change stays.
 *
 * <p>A login that is under way while its account changes is in no list of connections yet. So every
 * login notes the number of changes before its password is looked at, and is looked at again if it
 * has become another once the connection has its name.
 */
final class RemovedUsers {

  private final AccountBook accounts;
  private final ConnectionTable connections;
  private final AccountUses uses;
  private final AtomicInteger changes = new AtomicInteger();

  private RemovedUsers(AccountBook accounts, ConnectionTable connections, AccountUses uses) {
    this.accounts = accounts;
    this.connections = connections;
    this.uses = uses;
  }

  /** Begins to listen to the accounts. */
  static RemovedUsers watch(AccountBook accounts, ConnectionTable connections, AccountUses uses) {
    RemovedUsers watching = new RemovedUsers(accounts, connections, uses);
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
      case AccountEvent.Removed(String name) -> check(name);
      case AccountEvent.Disabled(String name) -> check(name);
      case AccountEvent.Renamed(String name, String _) -> check(name);
      case AccountEvent.PasswordChanged(String name) -> check(name);
      case AccountEvent.FlagsChanged _ -> {}
      case AccountEvent.AttributesChanged(String name) -> limit(name);
      case AccountEvent.UsageReset(String name) -> limit(name);
      case AccountEvent.Many() -> connections.users().forEach(this::check);
    }
  }

  private void check(String name) {
    List<LiveConnection> open = connections.of(name);
    if (!open.isEmpty()) {
      User now = current(name);
      EndReason why = now == null ? reason(name) : EndReason.PASSWORD_CHANGED;
      open.forEach(connection -> check(connection, now, why));
      limit(name, now, open);
    }
  }

  /** What is open is told that other limits may hold now. */
  private void limit(String name) {
    limit(name, current(name), connections.of(name));
  }

  private void limit(String name, @Nullable User now, List<LiveConnection> open) {
    if (now != null) {
      uses.changed(name, now.own(), !open.isEmpty());
      open.forEach(LiveConnection::accountChanged);
    }
  }

  /** Null, too, if the accounts cannot be read: nobody is known to be let in then. */
  private @Nullable User current(String name) {
    try {
      return accounts.current(name);
    } catch (AccountStoreException unreadable) {
      return null;
    }
  }

  private EndReason reason(String name) {
    try {
      Account there = accounts.find(UserName.of(name));
      return there == null || there.enabled() ? EndReason.USER_REMOVED : EndReason.USER_DISABLED;
    } catch (AccountStoreException unreadable) {
      return EndReason.USER_REMOVED;
    }
  }

  private static void check(LiveConnection connection, @Nullable User now, EndReason why) {
    if (now == null || (connection.stamp() != User.NO_STAMP && connection.stamp() != now.stamp())) {
      connection.askToEnd(why);
    }
  }

  /**
   * On the connection's loop, once it has its user's name: ends it if the account has gone or got
   * another password since.
   *
   * @param changesBefore {@link #changes} before the password was looked at
   */
  void loggedIn(LiveConnection connection, String name, int changesBefore) {
    if (changes.get() != changesBefore) {
      Thread.ofVirtual()
          .start(
              () -> {
                User now = current(name);
                check(connection, now, now == null ? reason(name) : EndReason.PASSWORD_CHANGED);
                limit(name, now, List.of(connection));
              });
    }
  }
}
