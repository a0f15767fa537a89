package dev.argyle.server.account;

import dev.argyle.server.config.Accounts;
import dev.argyle.wire.UserName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who may log in. Shared by threads. Nothing is loaded into memory: 100,000 accounts cost
 * what ten do.
 *
 * <p>{@link #remembered} is for event loops and never blocks. All else may block for the disk or a
 * password hash (tens of milliseconds) and belongs on a virtual thread; it throws {@link
 * AccountStoreException} if the database fails. When a method that changes an account returns, the
 * change is on the disk and the user's remembered password is forgotten.
 */
public final class AccountBook implements AutoCloseable {

  /** The database, in the data directory. */
  public static final String FILE = "accounts.db";

  /** The most accounts that {@link #list} gives at once. */
  public static final int MAX_PAGE = 10_000;

  private final Database database;
  private final AccountStore store;
  private final ChangeLog changes;
  private final PasswordCache cache = new PasswordCache();
  private final Hashing hashing;
  private final Verifier verifier;
  private final TemporaryUsers temporary = new TemporaryUsers();
  private final OutsideAccounts outside;
  private final LastConnections lastConnections;
  private final AccountUsages usages;
  private final AddressAccounts byAddress;
  private final AccountList list;
  private final AccountEditor editor;
  private final AccountListeners listeners = new AccountListeners();
  private final Clock clock;
  private volatile int maxUsers;

  private volatile @Nullable UserName firstAdministrator;
  private volatile boolean storedUsers; // else written under this object's monitor alone
  private final ChangeWatch watch;

  private AccountBook(Path file, Database database, int maxUsers, Hashing hashing, Clock clock)
      throws DataProblem {
    this.database = database;
    this.store = new AccountStore(database.connectToWrite(), database.connect());
    this.usages = new AccountUsages(store, clock);
    this.changes =
        new ChangeLog(database.connect(), database.commitCounter(), this::changed, usages::load);
    this.byAddress = new AddressAccounts(store.addressOnly(), usages::load);
    listeners.add(_ -> byAddress.read());
    this.hashing = hashing;
    this.verifier = new Verifier(store, changes, cache, hashing, temporary);
    this.maxUsers = maxUsers;
    this.clock = clock;
    this.storedUsers = store.anyBut(null);
    this.outside =
        new OutsideAccounts(
            store, changes, cache, temporary, clock, () -> this.maxUsers, this::catchUp);
    this.editor =
        new AccountEditor(
            store, temporary, hashing, cache, clock, () -> this.maxUsers, this::catchUp);
    this.lastConnections = new LastConnections(store);
    this.list = new AccountList(store, lastConnections, usages, temporary);
    Complaint complaint = new Complaint();
    this.watch = ChangeWatch.start(file, () -> complaint.runs(this::catchUp));
  }

  /** Loads the libraries that accounts need, so that opening them is quick. */
  public static void prepare() {
    new PasswordCache();
    var _ = ZoneId.systemDefault(); // Java looks through every jar for other rules of time zones
    Sqlite.prepare();
  }

  /**
   * Opens the accounts in a data directory, and creates the database if it is not there.
   *
   * @throws DataProblem if the database cannot be used, or is another program's
   */
  public static AccountBook open(Path data, Accounts config) throws DataProblem {
    return open(data, config, new Hashing(Hashing.slotsHere()), Clock.systemUTC());
  }

  static AccountBook open(Path data, Accounts config, Hashing hashing, Clock clock)
      throws DataProblem {
    if (config.url() != null) {
      throw new DataProblem("accounts.url: only SQLite is supported so far; leave it out");
    }
    Path file = data.resolve(FILE);
    Database database = new Sqlite(file);
    try {
      return new AccountBook(file, database, config.maxUsers(), hashing, clock);
    } catch (DataProblem problem) {
      database.close();
      throw problem;
    } catch (AccountStoreException failed) {
      database.close();
      throw StoreFailure.opening(file, failed);
    }
  }

  // Logging in

  /**
   * Whether this name and password were verified not long ago, and nothing has changed since. Never
   * blocks; microseconds. The arrays are not kept.
   *
   * @return {@code Accepted}; null: it must be {@linkplain #verify verified}
   */
  public @Nullable Verdict remembered(byte[] name, byte[] password) {
    return verifier.remembered(name, password);
  }

  /**
   * Verifies a name and a password, each 1 to 255 octets; else they are refused. Does not block;
   * the answer comes on a virtual thread, or at once ({@code Busy}). Fails with {@link
   * AccountStoreException} if the database does. The arrays are not kept. {@code Costly}: the
   * account's hash takes much longer than ours and was not computed; {@link #verifyCostly} does.
   */
  public CompletionStage<Verdict> verify(byte[] name, byte[] password) {
    return verifier.verify(name, password, false);
  }

  /** As {@link #verify}, also where it takes long; one at a time, beside the others. */
  public CompletionStage<Verdict> verifyCostly(byte[] name, byte[] password) {
    return verifier.verify(name, password, true);
  }

  /** How many passwords are hashed at once; whoever asks for more waits. */
  public Hashing hashing() {
    return hashing;
  }

  /**
   * Whether anybody could log in, besides the administrator that was made at the first start. Never
   * blocks. A change by another process is noticed within {@link ChangeWatch#INTERVAL}.
   */
  public boolean hasUsers() {
    return storedUsers || !temporary.isEmpty();
  }

  /** Names the administrator that was made at the first start. */
  public void firstAdministrator(UserName name) {
    firstAdministrator = name;
    lookForUsers();
  }

  /** One at a time, or an older answer might overwrite a newer one. */
  private synchronized void lookForUsers() {
    storedUsers = store.anyBut(firstAdministrator);
  }

  /** Whether a user, by text form, may log in at all: of this run, or there and enabled. */
  public boolean admits(String name) {
    return current(name) != null;
  }

  /** Whether who was let in as this user may stay: with a stamp, nothing of it has changed. */
  public boolean isCurrent(User user) {
    User now = current(user.name());
    return now != null && (user.stamp() == User.NO_STAMP || now.equals(user));
  }

  /** A user, by text form, as the account is now; null: nobody may log in by that name. */
  public @Nullable User current(String name) {
    Account added = temporary.find(name);
    if (added != null) {
      return added.user();
    }
    AccountRow row = changes.find(UserName.of(name));
    return row != null && row.account().enabled() ? row.account().user() : null;
  }

  /** Users whom another authority has authenticated. */
  public OutsideAccounts outside() {
    return outside;
  }

  /** Notes when a user, by text form, connected. Does not block; written after about a second. */
  public void touch(String name, long whenMillis) {
    if (!temporary.touch(name, whenMillis)) {
      lastConnections.note(name, whenMillis);
    }
  }

  /**
   * Adds a user who is kept in memory only and is no administrator; {@code max-users} does not
   * count these. Replaces the password of a user of this run who has the name.
   *
   * @param password 1 to 255 octets, not kept
   * @return Done, AlreadyThere (an account has the name), or Invalid (the password)
   */
  public Outcome addTemporary(UserName name, byte[] password) {
    return editor.addTemporary(name, password);
  }

  /** Whose clients need no password. */
  public AddressAccounts byAddress() {
    return byAddress;
  }

  /** What accounts use. */
  public AccountUsages usages() {
    return usages;
  }

  // Managing

  /**
   * Adds an account, enabled and without limits of its own. Takes as long as a password hash.
   *
   * @param password 1 to 255 octets, not kept
   * @return Done; AlreadyThere, with or without the same password (a user of this run never has the
   *     same: whoever adds an account means one that outlives the run); Full ({@code max-users});
   *     or Invalid (the password)
   */
  public Outcome add(UserName name, byte[] password, boolean admin) {
    return editor.add(name, password, admin);
  }

  /** Removes an account, or a user of this run: Done, NoSuchUser, or LastAdministrator. */
  public Outcome remove(UserName name) {
    if (temporary.remove(name.text())) {
      listeners.queue(new AccountEvent.Removed(name.text()));
      listeners.callAll();
      return new Outcome.Done();
    }
    return editor.remove(name);
  }

  /**
   * Gives an account another name. What it has used, and its history, go with it.
   *
   * @return Done, NoSuchUser, OfThisRun, or AlreadyThere (somebody else has the new name)
   */
  public Outcome rename(UserName name, UserName newName) {
    return editor.rename(name, newName);
  }

  /**
   * Gives an account another password. Takes as long as a password hash.
   *
   * @param password 1 to 255 octets, not kept
   * @return Done, NoSuchUser, OfThisRun, or Invalid (the password)
   */
  public Outcome changePassword(UserName name, byte[] password) {
    return editor.changePassword(name, password);
  }

  /**
   * Enables or disables an account, which cannot log in while it is disabled.
   *
   * @return Done, also if nothing changed; NoSuchUser, OfThisRun, or LastAdministrator
   */
  public Outcome setEnabled(UserName name, boolean enabled) {
    return editor.changeStored(name, () -> store.setEnabled(name, enabled, clock.millis()));
  }

  /**
   * Makes an account an administrator, or an ordinary user.
   *
   * @return Done, also if nothing changed; NoSuchUser, OfThisRun, or LastAdministrator
   */
  public Outcome setAdmin(UserName name, boolean admin) {
    return editor.changeStored(name, () -> store.setAdmin(name, admin, clock.millis()));
  }

  /**
   * Makes an account a viewer or takes that away; an administrator may look at everything anyway.
   *
   * @return Done, also if nothing changed; NoSuchUser, or OfThisRun
   */
  public Outcome setViewer(UserName name, boolean viewer) {
    return editor.changeStored(name, () -> store.setViewer(name, viewer, clock.millis()));
  }

  /**
   * Changes attributes of an account, all or none.
   *
   * @param changes by name, as {@link OwnAttributes#with(Map)} takes them; null takes a value away
   * @return Done, also if nothing changed; NoSuchUser, OfThisRun, or Invalid (an attribute)
   */
  public Outcome setAttributes(UserName name, Map<String, @Nullable String> changes) {
    return editor.changeStored(name, () -> store.setAttributes(name, changes, clock.millis()));
  }

  /** As the other {@code importAll}, where an account that is there already is a problem. */
  public ImportFile.Outcome importAll(List<ImportFile.Line> lines) {
    return importAll(lines, ImportFile.Existing.REJECT);
  }

  /**
   * Adds all accounts or none, in many short transactions between which others write. One that is
   * there with the same hash is left as it is. If it fails or its process is killed, what was added
   * stays, and the same import adds the rest.
   *
   * @param existing what to do with one that is there with another hash
   */
  public ImportFile.Outcome importAll(List<ImportFile.Line> lines, ImportFile.Existing existing) {
    var outcome = store.importing(existing, clock.millis(), maxUsers).add(lines);
    catchUp();
    return outcome;
  }

  /** Gives every account's line of a file, without its end, in the order of names. */
  public void export(Consumer<String> to) {
    list.export(to);
  }

  /** At most {@code limit} users, and {@link #MAX_PAGE}, in order: also those of this run. */
  public List<Account> list(@Nullable UserName after, int limit) {
    return list.list(after, Math.clamp(limit, 0, MAX_PAGE));
  }

  /** Names alone, as {@link #list} has them: much less work. */
  public List<UserName> names(@Nullable UserName after, int limit) {
    return list.names(after, Math.clamp(limit, 0, MAX_PAGE));
  }

  /**
   * The accounts that were added after another one, without a look at any other. If the newest
   * account is removed, the next one that is added gets its number: so whoever relies on this
   * counts again after {@link AccountEvent.Removed}. Users of this run are not among them.
   *
   * @param number {@link NewAccounts#newest} of an earlier call; 0: all
   * @param limit at most so many names, the oldest of them
   */
  public NewAccounts addedSince(long number, int limit) {
    return store.addedSince(number, limit);
  }

  /** Whether there is an enabled administrator. */
  public boolean hasAdministrator() {
    return store.administrators() > 0;
  }

  /** How many users {@link #list} has. */
  public int count() {
    return list.count();
  }

  /** One user, the last connection included; null: there is none. */
  public @Nullable Account find(UserName name) {
    return list.find(name);
  }

  /** Sets {@code max-users}. Accounts beyond it stay. */
  public void limit(int newMaxUsers) {
    maxUsers = newMaxUsers;
  }

  /**
   * Calls a listener for every event from now on, one at a time, on some thread that may block: for
   * a change by this object before its method returns, for one by another process within {@link
   * ChangeWatch#INTERVAL}.
   */
  public void onEvent(Consumer<AccountEvent> listener) {
    listeners.add(listener);
  }

  /** Writes what waits, and closes the database. */
  @Override
  public void close() {
    watch.close();
    lastConnections.close();
    usages.close();
    database.close();
  }

  private void catchUp() {
    changes.catchUp();
    lookForUsers();
    listeners.callAll();
  }

  /** Under the change log's lock, so the cache forgets at once and listeners are called later. */
  private void changed(AccountEvent event) {
    cache.forget(event);
    usages.changed(event);
    outside.forget(event);
    listeners.queue(event);
  }
}
