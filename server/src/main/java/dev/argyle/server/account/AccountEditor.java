package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.time.Clock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Changes of accounts beside the users of this run: no name is both, and only accounts can be
 * changed. What each gives is said at {@link AccountBook}. Shared by threads; may block for the
 * disk or a password hash.
 */
final class AccountEditor {

  /** How often an account is added again that was there, and was removed meanwhile. */
  private static final int ROUNDS = 2;

  private final AccountStore store;
  private final TemporaryUsers temporary;
  private final Hashing hashing;
  private final PasswordCache digests;
  private final Clock clock;
  private final IntSupplier maxUsers;
  private final Runnable changed;

  /**
   * @param digests makes digests of the passwords of this run's users
   * @param changed to be called after a change, before the method returns
   */
  AccountEditor(
      AccountStore store,
      TemporaryUsers temporary,
      Hashing hashing,
      PasswordCache digests,
      Clock clock,
      IntSupplier maxUsers,
      Runnable changed) {
    this.store = store;
    this.temporary = temporary;
    this.hashing = hashing;
    this.digests = digests;
    this.clock = clock;
    this.maxUsers = maxUsers;
    this.changed = changed;
  }

  Outcome addTemporary(UserName name, byte[] password) {
    if (!UserName.fits(password)) {
      return invalidPassword();
    }
    if (store.find(name) != null) {
      return new Outcome.AlreadyThere(false);
    }
    temporary.add(name, digests.digest(name.octets(), password), clock.millis());
    return new Outcome.Done();
  }

  Outcome add(UserName name, byte[] password, boolean admin) {
    if (!UserName.fits(password)) {
      return invalidPassword();
    }
    int limit = maxUsers.getAsInt();
    for (int round = 0; round < ROUNDS; round++) {
      if (temporary.has(name.text())) {
        return new Outcome.AlreadyThere(false);
      }
      AccountRow there = store.find(name);
      if (there != null) {
        return new Outcome.AlreadyThere(hashing.matches(there.hash(), password));
      }
      if (store.count() >= limit) {
        return new Outcome.Full(limit); // before the hash: it costs the most
      }
      Outcome outcome = store.add(name, hashing.create(password), admin, clock.millis(), limit);
      if (!(outcome instanceof Outcome.AlreadyThere)) {
        return announced(outcome);
      }
    }
    return new Outcome.AlreadyThere(false); // added and removed by others, each time
  }

  Outcome remove(UserName name) {
    return announced(store.remove(name));
  }

  Outcome rename(UserName name, UserName newName) {
    if (temporary.has(newName.text()) && !temporary.has(name.text())) {
      return new Outcome.AlreadyThere(false);
    }
    return changeStored(name, () -> store.rename(name, newName, clock.millis()));
  }

  Outcome changePassword(UserName name, byte[] password) {
    if (!UserName.fits(password)) {
      return invalidPassword();
    }
    return changeStored(
        name,
        () ->
            store.find(name) == null // before the hash
                ? new Outcome.NoSuchUser()
                : store.changePassword(name, hashing.create(password), clock.millis()));
  }

  /** Makes a change that only accounts can have. */
  Outcome changeStored(UserName name, Supplier<Outcome> change) {
    return temporary.has(name.text()) ? new Outcome.OfThisRun() : announced(change.get());
  }

  private Outcome announced(Outcome outcome) {
    if (outcome instanceof Outcome.Done) {
      changed.run();
    }
    return outcome;
  }

  private static Outcome invalidPassword() {
    return new Outcome.Invalid("a password is 1 to " + UserName.MAX_OCTETS + " bytes");
  }
}
