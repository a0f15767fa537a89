package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.wire.UserName;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The sessions of administrators who have logged in at a door. A session is revoked when its
 * account is removed, disabled or renamed, is no administrator any more or has another password.
 * Safe for any thread; bounded by the doors' connections.
 */
final class AdminSessions {

  /** One connection's. By identity: an administrator may have more than one. */
  private static final class Session {
    private final UserName name;
    private final Runnable revoke;

    private Session(UserName name, Runnable revoke) {
      this.name = name;
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
   * @param name escaped
   * @param revoke called on any thread, and maybe more than once; must not block
   * @return to be run when they leave
   */
  Runnable open(String name, Runnable revoke) {
    Session session =
        new Session(UserName.ofEscaped(name.getBytes(StandardCharsets.UTF_8)), revoke);
    sessions.add(session);
    // The account may have changed since its password was verified.
    Thread.ofVirtual().name("admin-session").start(() -> check(session));
    return () -> sessions.remove(session);
  }

  private void changed(AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed(String name) -> revoke(name);
      case AccountEvent.Disabled(String name) -> revoke(name);
      case AccountEvent.Renamed(String name, String _) -> revoke(name);
      case AccountEvent.PasswordChanged(String name) -> revoke(name);
      case AccountEvent.FlagsChanged _, AccountEvent.Many _ -> sessions.forEach(this::check);
    }
  }

  private void revoke(String name) {
    for (Session session : sessions) {
      if (session.name.text().equals(name)) {
        session.revoke.run();
      }
    }
  }

  private void check(Session session) {
    try {
      Account account = accounts.find(session.name);
      if (account == null || !account.admin() || !account.enabled()) {
        session.revoke.run();
      }
    } catch (AccountStoreException unreadable) {
      session.revoke.run(); // without accounts there is nothing to manage either
    }
  }
}
