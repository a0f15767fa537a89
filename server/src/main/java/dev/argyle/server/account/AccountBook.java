package dev.argyle.server.account;

import dev.argyle.server.config.Accounts;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody who may log in. Shared by threads. Nothing is loaded into memory: 100,000 accounts cost
 * what ten do.
 *
 * <p>{@link #remembered} is for event loops and never blocks. All else may block for the disk or a
 * password hash (tens of milliseconds) and belongs on a virtual thread; it throws {@link
 * AccountStoreException} if the store fails. A change is on the disk, and its user's remembered
 * password forgotten, when its method returns. {@link #close} ends it.
 */
public final class AccountBook implements AutoCloseable {

  /** The database, in the data directory. */
  public static final String FILE = "accounts.db";

  /** The most accounts that {@link #list} gives at once. */
  public static final int MAX_PAGE = 10_000;

  /** How often changes by other processes are looked for when nobody logs in. */
  static final long WATCH_MILLIS = 200;

  /** How often times of last connections are written. */
  static final long FLUSH_MILLIS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(AccountBook.class);

  private final AccountStore store;
  private final ChangeWatch watch;
  private final VerifiedPasswords verified = new VerifiedPasswords();
  private final Hashing hashing;
  private final Verifier verifier;
  private final LastConnections lastConnections = new LastConnections();
  private final Clock clock;
  private volatile int maxUsers;

  private final ChangeNews news = new ChangeNews();
  private final Housekeeper housekeeper;
  private long rounds; // the housekeeper's

  private AccountBook(
      Connection writing, Connection watching, int maxUsers, Hashing hashing, Clock clock)
      throws SQLException {
    this.store = new AccountStore(writing);
    this.watch = new ChangeWatch(watching, this::noticed);
    this.hashing = hashing;
    this.verifier = new Verifier(store, watch, verified, hashing);
    this.maxUsers = maxUsers;
    this.clock = clock;
    this.housekeeper = new Housekeeper(Duration.ofMillis(WATCH_MILLIS), this::keepHouse);
  }

  /**
   * Opens the accounts in a data directory, and makes them if they are not there.
   *
   * @throws DataProblem if the database cannot be used, or is somebody else's
   */
  public static AccountBook open(Path data, Accounts config) throws DataProblem {
    return open(data, config, new Hashing(Hashing.slotsHere()), Clock.systemUTC());
  }

  static AccountBook open(Path data, Accounts config, Hashing hashing, Clock clock)
      throws DataProblem {
    if (config.url() != null) {
      throw new DataProblem("accounts.url: only SQLite is supported so far; leave it out");
    }
    Path path = data.resolve(FILE);
    SqliteFile file = new SqliteFile(path);
    file.create();
    Connection writing = null;
    Connection watching = null;
    try {
      writing = file.connect();
      Schema.bringUpToDate(writing, path);
      watching = file.connect();
      return new AccountBook(writing, watching, config.maxUsers(), hashing, clock);
    } catch (SQLException | DataProblem failed) {
      closeQuietly(watching);
      closeQuietly(writing);
      throw failed instanceof DataProblem problem
          ? problem
          : new DataProblem(
              path
                  + ": cannot be opened: "
                  + failed.getMessage()
                  + "; restore a backup, or give another --data",
              failed);
    }
  }

  /** Whether there are accounts in this data directory: {@link #open} would make them. */
  public static boolean isIn(Path data) {
    try {
      return Files.size(data.resolve(FILE)) > 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private static void closeQuietly(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException failed) {
      LOG.debug("closing after a failure", failed);
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
   * AccountStoreException} if the store does. The arrays are not kept.
   */
  public CompletionStage<Verdict> verify(byte[] name, byte[] password) {
    return verifier.verify(name, password);
  }

  /** Whether a user, by text form, may log in at all: temporary, or there and enabled. */
  public boolean admits(String name) {
    if (verifier.isTemporary(name)) {
      return true;
    }
    AccountStore.Row row = watch.find(UserName.of(name));
    return row != null && row.account().enabled();
  }

  /** Lets in whom another authority vouches for; without an account, one is made. */
  public Introduction introduce(UserName name) {
    return verifier.isTemporary(name.text())
        ? new Introduction.Welcome(new User(name.text(), false))
        : Introduction.to(store, name, clock.millis(), maxUsers);
  }

  /** Whether a user, by text form, was {@linkplain #addTemporary added} for this run only. */
  public boolean isTemporary(String name) {
    return verifier.isTemporary(name);
  }

  /** Notes when a user, by text form, connected. Does not block; written within about a second. */
  public void touch(String name, long whenMillis) {
    if (!verifier.isTemporary(name)) {
      lastConnections.note(name, whenMillis);
    }
  }

  /**
   * Adds a user for the life of this object, kept in memory only, no administrator, not listed and
   * not counted. While it is there it hides an account of the same name.
   *
   * @return Done, or Invalid
   */
  public Outcome addTemporary(UserName name, byte[] password) {
    if (!UserName.fits(password)) {
      return invalidPassword();
    }
    verifier.addTemporary(name, password);
    return new Outcome.Done();
  }

  // Managing

  /**
   * Adds an account.
   *
   * @return Done, AlreadyThere (temporary users included), Full, or Invalid
   */
  public Outcome add(UserName name, byte[] password, boolean admin) {
    if (!UserName.fits(password)) {
      return invalidPassword();
    }
    int limit = maxUsers;
    for (int round = 0; round < 2; round++) {
      if (verifier.isTemporary(name.text())) {
        return new Outcome.AlreadyThere(
            verifier.remembered(name.octets(), password) instanceof Verdict.Accepted);
      }
      AccountStore.Row there = store.find(name);
      if (there != null) {
        return new Outcome.AlreadyThere(matches(there.hash(), password));
      }
      if (store.count() >= limit) {
        return new Outcome.Full(limit); // before the hash: it costs the most
      }
      Outcome outcome = store.add(name, hash(password), admin, clock.millis(), limit);
      if (!(outcome instanceof Outcome.AlreadyThere)) {
        return told(outcome);
      }
    }
    return new Outcome.AlreadyThere(false); // added and removed under our hands, twice
  }

  /**
   * Removes an account.
   *
   * @return Done, NoSuchUser, or LastAdministrator
   */
  public Outcome remove(UserName name) {
    return told(store.remove(name));
  }

  /**
   * Gives an account another name.
   *
   * @return Done, NoSuchUser, or AlreadyThere (temporary users included)
   */
  public Outcome rename(UserName name, UserName newName) {
    if (verifier.isTemporary(newName.text())) {
      return new Outcome.AlreadyThere(false);
    }
    return told(store.rename(name, newName, clock.millis()));
  }

  /**
   * Gives an account another password.
   *
   * @return Done, NoSuchUser, or Invalid
   */
  public Outcome changePassword(UserName name, byte[] password) {
    if (!UserName.fits(password)) {
      return invalidPassword();
    }
    if (store.find(name) == null) {
      return new Outcome.NoSuchUser();
    }
    return told(store.changePassword(name, hash(password), clock.millis()));
  }

  /**
   * Lets an account log in, or no longer.
   *
   * @return Done, NoSuchUser, or LastAdministrator
   */
  public Outcome setEnabled(UserName name, boolean enabled) {
    return told(store.setEnabled(name, enabled, clock.millis()));
  }

  /**
   * Makes an account an administrator, or no longer.
   *
   * @return Done, NoSuchUser, or LastAdministrator
   */
  public Outcome setAdmin(UserName name, boolean admin) {
    return told(store.setAdmin(name, admin, clock.millis()));
  }

  /**
   * Adds all accounts in one transaction, or none. An account that is there already with the same
   * hash is left as it is; one with another hash is a problem of its line. None is an
   * administrator.
   */
  public ImportOutcome importAll(List<ImportLine> lines) {
    return store.importAll(lines, clock.millis(), maxUsers);
  }

  /** Gives every name, its PHC string ({@code !} before it: disabled), in the order of names. */
  public void export(BiConsumer<UserName, String> to) {
    UserName after = null;
    List<AccountStore.Row> page;
    do {
      page = store.list(after, MAX_PAGE);
      for (AccountStore.Row row : page) {
        after = row.account().name();
        to.accept(after, row.account().enabled() ? row.hash() : "!" + row.hash());
      }
    } while (page.size() == MAX_PAGE);
  }

  /** At most {@code limit} accounts, and {@link #MAX_PAGE}, in the order of their octets. */
  public List<Account> list(@Nullable UserName after, int limit) {
    List<Account> accounts = new ArrayList<>();
    for (AccountStore.Row row : store.list(after, Math.clamp(limit, 0, MAX_PAGE))) {
      accounts.add(lastConnections.current(row.account()));
    }
    return accounts;
  }

  /** Names alone, as {@link #list} has them: much less work where there are many. */
  public List<UserName> names(@Nullable UserName after, int limit) {
    return store.names(after, Math.clamp(limit, 0, MAX_PAGE));
  }

  /** How many accounts there are. */
  public int count() {
    return store.count();
  }

  /** One account, its last connection included; null: there is none. */
  public @Nullable Account find(UserName name) {
    AccountStore.Row row = store.find(name);
    return row == null ? null : lastConnections.current(row.account());
  }

  /** From now on: another {@code max-users}. Accounts beyond it stay. */
  public void limit(int newMaxUsers) {
    maxUsers = newMaxUsers;
  }

  /**
   * Tells a listener of every change from now on, one at a time, on some thread that may block. For
   * a change by this object, before its method returns; for one by another process, within {@link
   * #WATCH_MILLIS}.
   */
  public void onChange(Consumer<UserChange> listener) {
    news.listen(listener);
  }

  /** Writes what waits, and closes the database. */
  @Override
  public void close() {
    housekeeper.close();
    try {
      lastConnections.flush(store);
    } catch (AccountStoreException failed) {
      LOG.warn("times of last connections were not saved: {}", failed.getMessage());
    }
    watch.close();
    store.close();
  }

  private static Outcome invalidPassword() {
    return new Outcome.Invalid("a password is 1 to " + UserName.MAX_OCTETS + " bytes");
  }

  private String hash(byte[] password) {
    return hashing.run(null, area -> Argon2Hash.make(password, area)).phc();
  }

  private boolean matches(String phc, byte[] password) {
    return PasswordHash.parse(phc) instanceof PasswordHash.Parsed.Good(PasswordHash hash)
        && hashing.run(hash, area -> hash.matches(password, area));
  }

  // Noticing

  private Outcome told(Outcome outcome) {
    if (outcome instanceof Outcome.Done) {
      watch.notice();
      news.tell();
    }
    return outcome;
  }

  /**
   * Under the watch's lock: what was verified is forgotten here and now, the rest is told later.
   */
  private void noticed(UserChange change) {
    switch (change) {
      case UserChange.Removed(String name) -> verified.forget(name);
      case UserChange.Disabled(String name) -> verified.forget(name);
      case UserChange.Renamed(String name, String newName) -> verified.forget(name);
      case UserChange.PasswordChanged(String name) -> verified.forget(name);
      case UserChange.FlagsChanged(String name) -> verified.forget(name);
      case UserChange.Many() -> verified.forgetAll();
    }
    news.add(change);
  }

  private void keepHouse() {
    watch.notice();
    news.tell();
    hashing.tidy(System.currentTimeMillis());
    if (++rounds % (FLUSH_MILLIS / WATCH_MILLIS) == 0) {
      lastConnections.flush(store);
    }
  }
}
