package dev.argyle.server.session.login;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.User;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.LiveConnection;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all logins share. Safe for any thread. */
public final class Logins {

  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

  private final AccountBook accounts;
  private final Admission admission;
  private final RemovedUsers removedUsers;
  private final AtomicBoolean storeFailed = new AtomicBoolean();
  private final AtomicBoolean fullLogged = new AtomicBoolean();
  private volatile @Nullable OutsideLogins outside;

  public Logins(AccountBook accounts, Admission admission, ConnectionTable connections) {
    this.accounts = accounts;
    this.admission = admission;
    this.removedUsers = RemovedUsers.watch(accounts, connections, admission.accounts());
  }

  /** From now on these are asked about passwords; null: accounts verify all of them. */
  public void outside(@Nullable OutsideLogins authorities) {
    outside = authorities;
  }

  /** Null: accounts verify all passwords. */
  @Nullable OutsideLogins outside() {
    return outside;
  }

  /** Logins that wait until somebody outside can be asked about them. */
  public int waitingOutside() {
    OutsideLogins now = outside;
    return now == null ? 0 : now.waiting();
  }

  AccountBook accounts() {
    return accounts;
  }

  Admission admission() {
    return admission;
  }

  /**
   * Whether there is no account but the administrator's, and nobody outside who could know others,
   * so that no client can have credentials.
   */
  public boolean nobodyHasAPassword() {
    return outside == null && !accounts.hasUsers();
  }

  /** What a login notes before its credentials are looked at, for {@link #loggedIn}. */
  public int accountChanges() {
    return removedUsers.changes();
  }

  /** Whom a client from this address is without a password; null: nobody. */
  public @Nullable User ofAddress(InetAddress client) {
    return accounts.byAddress().find(client);
  }

  /**
   * A client is this user, as {@link #ofAddress} said.
   *
   * @param accountChangesBefore {@link #accountChanges} before that
   */
  public void isOfAddress(LoginClient client, User user, int accountChangesBefore) {
    client.admitted().isOfAccount(user.name(), user.own());
    loggedIn(client.client(), user.name(), User.NO_STAMP, accountChangesBefore);
  }

  /** A client has proved to be this user, by a password if there is a stamp of it. */
  void loggedIn(LiveConnection live, String user, long stamp, int accountChangesBefore) {
    live.authenticated(user, stamp, accounts.usages().seen(user, live.client()));
    accounts.touch(user, System.currentTimeMillis());
    removedUsers.loggedIn(live, user, accountChangesBefore);
  }

  /** No account may be made for a client that has proved its name: logged once. */
  void accountsAreFull(int maxUsers) {
    if (fullLogged.compareAndSet(false, true)) {
      LOG.warn(
          "a Kerberos user without an account is rejected: there are accounts.max-users already,"
              + " {}; raise it, or remove accounts; logged once",
          maxUsers);
    }
  }

  /** The store has answered, or failed to: logged once, until it answers again. */
  void storeAnswered(@Nullable Throwable failure) {
    if (failure == null) {
      storeFailed.set(false);
    } else if (storeFailed.compareAndSet(false, true)) {
      LOG.error(
          "the accounts cannot be read, so nobody can log in: {}; look at accounts.db in the data"
              + " directory, and restore it from a copy if it is damaged; logged once",
          failure.getMessage());
    }
  }
}
