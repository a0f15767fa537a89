package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Notices what changed in the store, whoever changed it, and reads accounts for logins. Shared by
 * threads; every field is under {@code lock}, which is held for microseconds, or for the reading of
 * at most {@link #MAX_AT_ONCE} changes.
 *
 * <p>It has a connection of its own that never writes, so SQLite's {@code data_version} there moves
 * with every change by anyone else. When it has moved, the log that triggers write is read from
 * where it was left (decision 0005).
 */
final class ChangeWatch implements AutoCloseable {

  /** More changes than this are told as {@link UserChange.Many}. */
  static final int MAX_AT_ONCE = 1_000;

  /** How often an event loop looks whether the lock is free: some microseconds. */
  private static final int MAX_SPINS = 200;

  private final ReentrantLock lock = new ReentrantLock();
  private final Connection connection;
  private final PreparedStatement dataVersion;
  private final PreparedStatement lastNumber;
  private final PreparedStatement changes;
  private final Consumer<UserChange> onChange;
  private long seenVersion;
  private long seenNumber;

  /**
   * @param onChange called under the lock, by whichever thread noticed: it must be quick
   */
  ChangeWatch(Connection connection, Consumer<UserChange> onChange) throws SQLException {
    this.connection = connection;
    this.onChange = onChange;
    dataVersion = connection.prepareStatement("PRAGMA data_version");
    lastNumber =
        connection.prepareStatement(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'change_log'");
    changes =
        connection.prepareStatement(
            "SELECT number, name, kind, new_name FROM change_log WHERE number > ?"
                + " ORDER BY number LIMIT "
                + (MAX_AT_ONCE + 1));
    seenVersion = single(dataVersion);
    seenNumber = single(lastNumber);
  }

  /** Takes notice of all changes up to now; false if that would have meant to wait, or failed. */
  boolean tryNotice() {
    for (int i = 0; !lock.tryLock(); i++) {
      if (i == MAX_SPINS) {
        return false;
      }
      Thread.onSpinWait(); // most often another loop, done in a microsecond or three
    }
    try {
      takeNotice();
      return true;
    } catch (SQLException failed) {
      return false; // the slow way meets it again, and can say so
    } finally {
      lock.unlock();
    }
  }

  /** Takes notice of all changes up to now. */
  void notice() {
    lock.lock();
    try {
      takeNotice();
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  /** The account as it is now; null: there is none. */
  AccountStore.@Nullable Row find(UserName name) {
    lock.lock();
    try {
      return AccountStore.read(connection, name);
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Does {@code then} if the account is enabled and still has this hash, with every change up to
   * now taken notice of, and none between the look and the deed.
   */
  boolean confirm(UserName name, String hash, Consumer<Account> then) {
    lock.lock();
    try {
      takeNotice();
      AccountStore.Row row = AccountStore.read(connection, name);
      if (row == null || !row.account().enabled() || !row.hash().equals(hash)) {
        return false;
      }
      then.accept(row.account());
      return true;
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  private void takeNotice() throws SQLException {
    long version = single(dataVersion); // first: what comes after it is found next time
    if (version == seenVersion) {
      return;
    }
    List<UserChange> found = new ArrayList<>();
    long number = readChanges(found);
    seenNumber = number;
    seenVersion = version;
    found.forEach(onChange);
  }

  private long readChanges(List<UserChange> found) throws SQLException {
    long last = single(lastNumber);
    if (last == seenNumber) {
      return last;
    }
    boolean many = last < seenNumber; // the log went back: a backup was put in its place
    long number = seenNumber;
    changes.setLong(1, seenNumber);
    try (ResultSet result = changes.executeQuery()) {
      while (!many && result.next()) {
        many = result.getLong(1) != number + 1 || number - seenNumber == MAX_AT_ONCE;
        number = result.getLong(1);
        UserChange change = change(result);
        if (change != null) {
          found.add(change);
        }
      }
    }
    if (many || number < last) { // some have left the log before they were read, or too many wait
      found.clear();
      found.add(new UserChange.Many());
      return last;
    }
    return number;
  }

  private static @Nullable UserChange change(ResultSet result) throws SQLException {
    String name = UserName.text(result.getBytes(2));
    return switch (result.getString(3)) {
      case "removed" -> new UserChange.Removed(name);
      case "disabled" -> new UserChange.Disabled(name);
      case "renamed" -> new UserChange.Renamed(name, UserName.text(result.getBytes(4)));
      case "password" -> new UserChange.PasswordChanged(name);
      case "rehashed" -> null; // the same password
      default -> new UserChange.FlagsChanged(name);
    };
  }

  private static long single(PreparedStatement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery()) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      connection.close();
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  private static AccountStoreException broken(SQLException failed) {
    return new AccountStoreException("accounts database: " + failed.getMessage(), failed);
  }
}
