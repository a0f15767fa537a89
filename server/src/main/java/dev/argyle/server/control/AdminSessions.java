package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.User;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of administrators and viewers who have logged in at a door. A session has the
 * account as it was when its password was verified, and is compared with what the account is now:
 * when it begins, at every change that it asks for, and whenever the account changes. It is revoked
 * when the account was removed, disabled or renamed since, has other rights or none, or got another
 * password. Safe for any thread; bounded by the doors' connections.
 */
final class AdminSessions {

  /** One connection's. By identity: an administrator may have more than one. */
  private static final class Session {
    private final User user;
    private final Runnable revoke;

    private Session(User user, Runnable revoke) {
      this.user = user;
      this.revoke = revoke;
    }
  }

  private final AccountBook accounts;
  private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

  AdminSessions(AccountBook accounts) {
    this.accounts = accounts;
    accounts.onEvent(this::changed);
  }

  /**
   * Somebody has logged in.
   *
   * @param user as the verification has seen the account
   * @param revoke called on any thread, and maybe more than once; must not block
   * @return to be run when they leave
   */
  Runnable open(User user, Runnable revoke) {
    Session session = new Session(user, revoke);
    sessions.add(session);
    // The account may have changed since its password was verified; from now on changes are told.
    Thread.ofVirtual().name("admin-session").start(() -> check(session));
    return () -> sessions.remove(session);
  }

  /**
   * Whether an administrator's or viewer's account is still what it was at the login. May block.
   */
  boolean isCurrent(User user) {
    return (user.admin() || user.viewer()) && accounts.isCurrent(user);
  }

  private void changed(AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed(String name) -> checkThoseOf(name);
      case AccountEvent.Disabled(String name) -> checkThoseOf(name);
      case AccountEvent.Renamed(String name, String _) -> checkThoseOf(name);
      case AccountEvent.PasswordChanged(String name) -> checkThoseOf(name);
      case AccountEvent.FlagsChanged(String name) -> checkThoseOf(name);
      case AccountEvent.AttributesChanged(String name) -> checkThoseOf(name);
      case AccountEvent.UsageReset _ -> {}
      case AccountEvent.Many() -> sessions.forEach(this::check);
    }
  }

  private void checkThoseOf(String name) {
    for (Session session : sessions) {
      if (session.user.name().equals(name)) {
        check(session);
      }
    }
  }

  private void check(Session session) {
    boolean current;
    try {
      current = isCurrent(session.user);
    } catch (AccountStoreException unreadable) {
      current = false; // without accounts there is nothing to manage either
    }
    if (!current) {
      session.revoke.run();
    }
  }
}
