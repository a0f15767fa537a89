package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of users whom another authority has authenticated: Kerberos, a service, a directory.
 * They are accounts as others are; what is changed here holds, disabled included. Shared by
 * threads; {@link #remembered} is for event loops and never blocks, all else may.
 */
public final class OutsideAccounts {

  /** How often a login is tried again because its account changed meanwhile. */
  private static final int ROUNDS = 3;

  private final AccountStore store;
  private final ChangeLog changes;
  private final PasswordCache digests;
  private final OutsideCache cache = new OutsideCache(System::nanoTime);
  private final TemporaryUsers temporary;
  private final Clock clock;
  private final IntSupplier maxUsers;
  private final Runnable changed;

  /**
   * @param digests makes digests; what it remembers is of others
   * @param changed to be called after a change
   */
  OutsideAccounts(
      AccountStore store,
      ChangeLog changes,
      PasswordCache digests,
      TemporaryUsers temporary,
      Clock clock,
      IntSupplier maxUsers,
      Runnable changed) {
    this.store = store;
    this.changes = changes;
    this.digests = digests;
    this.temporary = temporary;
    this.clock = clock;
    this.maxUsers = maxUsers;
    this.changed = changed;
  }

  /** Whether a name has a password here, enabled or not, or is a user of this run. */
  public boolean hasOwnPassword(UserName name) {
    if (temporary.has(name.text())) {
      return true;
    }
    AccountRow row = changes.find(name);
    return row != null && !row.hash().equals(PasswordHash.NoPassword.TEXT);
  }

  /** Logs in a user whom another authority has authenticated; creates a missing account. */
  public ExternalLogin login(UserName name) {
    Account added = temporary.find(name.text());
    return added != null ? new ExternalLogin.Accepted(added.user()) : loginToAccount(name);
  }

  private ExternalLogin loginToAccount(UserName name) {
    while (true) {
      AccountRow row = changes.find(name); // beside those who list
      if (row != null) {
        return row.account().enabled()
            ? new ExternalLogin.Accepted(row.account().user())
            : new ExternalLogin.Disabled();
      }
      String none = PasswordHash.NoPassword.TEXT;
      if (store.add(name, none, false, clock.millis(), maxUsers.getAsInt())
          instanceof Outcome.Full(int limit)) {
        return new ExternalLogin.Full(limit);
      }
    }
  }

  /**
   * As above, and what the authority says of the account is written to it.
   *
   * @param attributes by name; null takes a value away
   * @param digest under which this is remembered, of {@link #digest}
   * @param remember for how long; zero: it is not
   */
  public ExternalLogin login(
      UserName name, Map<String, @Nullable String> attributes, byte[] digest, Duration remember) {
    for (int round = 0; ; round++) {
      ExternalLogin login = login(name);
      if (!(login instanceof ExternalLogin.Accepted(User user)) || temporary.has(name.text())) {
        return login;
      }
      if (!user.own().with(attributes).equals(user.own())
          && store.setAttributes(name, attributes, clock.millis()) instanceof Outcome.Done) {
        changed.run();
      }
      AccountRow row = changes.find(name);
      Account now =
          row == null
              ? null
              : changes.confirm(
                  name,
                  row.hash(),
                  account -> cache.remember(digest, account.user(), remember.toNanos()));
      if (now != null) {
        return new ExternalLogin.Accepted(now.user());
      }
      if (round == ROUNDS) { // whoever keeps changing it looks through its connections
        return login;
      }
    }
  }

  /** The keyed digest of a name and a password, at most 255 octets each, from one address. */
  public byte[] digest(byte[] name, byte[] password, byte[] address) {
    return digests.digest(name, password, address);
  }

  /**
   * Who has shown this password from this address not long ago, if nothing has changed since. Never
   * blocks; microseconds.
   *
   * @param digest of {@link #digest}
   */
  public @Nullable User remembered(byte[] digest) {
    return remembered(digest, false);
  }

  /** The same, but it waits for its turn to look for changes. */
  public @Nullable User recalled(byte[] digest) {
    return remembered(digest, true);
  }

  private @Nullable User remembered(byte[] digest, boolean mayBlock) {
    return cache.find(digest) != null && changes.catchUp(mayBlock) ? cache.find(digest) : null;
  }

  /** Under the change log's lock. */
  void forget(AccountEvent event) {
    cache.forget(event);
  }
}
