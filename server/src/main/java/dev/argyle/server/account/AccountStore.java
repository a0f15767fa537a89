package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The accounts in SQLite: one connection that writes and lists. Shared by threads; every field is
 * under {@code lock}. Calls block for the disk. A change is on the disk when its method returns.
 */
final class AccountStore implements AutoCloseable {

  private static final String SHOWN =
      "name, admin, enabled, created, changed, last_connection, hash";

  /** An account with its hash. */
  record Row(Account account, String hash) {}

  /** What a change does between BEGIN and COMMIT. */
  private interface Change {
    Outcome apply() throws SQLException;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Connection connection;

  AccountStore(Connection connection) {
    this.connection = connection;
  }

  Outcome add(UserName name, String hash, boolean admin, long nowMillis, int maxUsers) {
    return change(
        () -> {
          if (read(connection, name) != null) {
            return new Outcome.AlreadyThere(false);
          }
          if (counted("SELECT count(*) FROM account") >= maxUsers) {
            return new Outcome.Full(maxUsers);
          }
          update(
              "INSERT INTO account (name, hash, admin, enabled, created, changed)"
                  + " VALUES (?, ?, ?, 1, ?, ?)",
              name.octets(),
              hash,
              admin ? 1 : 0,
              nowMillis,
              nowMillis);
          return new Outcome.Done();
        });
  }

  Outcome remove(UserName name) {
    return change(
        () -> {
          Outcome allowed = mayLoseItsRights(name);
          if (allowed instanceof Outcome.Done) {
            update("DELETE FROM account WHERE name = ?", (Object) name.octets());
          }
          return allowed;
        });
  }

  Outcome rename(UserName name, UserName newName, long nowMillis) {
    return change(
        () -> {
          if (read(connection, name) == null) {
            return new Outcome.NoSuchUser();
          }
          if (!name.equals(newName) && read(connection, newName) != null) {
            return new Outcome.AlreadyThere(false);
          }
          update(
              "UPDATE account SET name = ?, changed = ? WHERE name = ?",
              newName.octets(),
              nowMillis,
              name.octets());
          return new Outcome.Done();
        });
  }

  Outcome changePassword(UserName name, String hash, long nowMillis) {
    return change(
        () ->
            update(
                        "UPDATE account SET hash = ?, changed = ? WHERE name = ?",
                        hash,
                        nowMillis,
                        name.octets())
                    == 0
                ? new Outcome.NoSuchUser()
                : new Outcome.Done());
  }

  Outcome setEnabled(UserName name, boolean enabled, long nowMillis) {
    return change(
        () -> {
          Outcome allowed = enabled ? exists(name) : mayLoseItsRights(name);
          if (allowed instanceof Outcome.Done) {
            update(
                "UPDATE account SET enabled = ?, changed = ? WHERE name = ? AND enabled <> ?",
                enabled ? 1 : 0,
                nowMillis,
                name.octets(),
                enabled ? 1 : 0);
          }
          return allowed;
        });
  }

  Outcome setAdmin(UserName name, boolean admin, long nowMillis) {
    return change(
        () -> {
          Outcome allowed = admin ? exists(name) : mayLoseItsRights(name);
          if (allowed instanceof Outcome.Done) {
            update(
                "UPDATE account SET admin = ?, changed = ? WHERE name = ? AND admin <> ?",
                admin ? 1 : 0,
                nowMillis,
                name.octets(),
                admin ? 1 : 0);
          }
          return allowed;
        });
  }

  /**
   * Replaces a hash by a better one of the same password. Nobody hears of it: what was verified
   * stays verified.
   *
   * @return false if the account has another hash by now
   */
  boolean rehash(UserName name, String oldHash, String newHash) {
    return change(
            () -> {
              long before = counted("SELECT coalesce(max(number), 0) FROM change_log");
              if (update(
                      "UPDATE account SET hash = ? WHERE name = ? AND hash = ?",
                      newHash,
                      name.octets(),
                      oldHash)
                  == 0) {
                return new Outcome.NoSuchUser();
              }
              update("UPDATE change_log SET kind = 'rehashed' WHERE number > ?", before);
              return new Outcome.Done();
            })
        instanceof Outcome.Done;
  }

  /** Writes last connection times, in milliseconds since 1970, by name in text form. */
  void touch(Map<String, Long> times) {
    change(
        () -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "UPDATE account SET last_connection = max(last_connection, ?) WHERE name = ?")) {
            for (Map.Entry<String, Long> time : times.entrySet()) {
              statement.setLong(1, time.getValue());
              statement.setBytes(2, UserName.of(time.getKey()).octets());
              statement.addBatch();
            }
            statement.executeBatch();
          }
          return new Outcome.Done();
        });
  }

  /** Adds all, or none: see {@link AccountBook#importAll}. */
  ImportOutcome importAll(List<ImportLine> lines, long nowMillis, int maxUsers) {
    List<ImportOutcome.LineProblem> problems = new ArrayList<>();
    int[] added = new int[1];
    Outcome outcome =
        change(
            () -> {
              try (PreparedStatement insert =
                  connection.prepareStatement(
                      "INSERT OR IGNORE INTO account (name, hash, admin, enabled, created, changed)"
                          + " VALUES (?, ?, 0, ?, ?, ?)")) {
                for (ImportLine line : lines) {
                  insert.setBytes(1, line.name().octets());
                  insert.setString(2, line.hash());
                  insert.setInt(3, line.enabled() ? 1 : 0);
                  insert.setLong(4, nowMillis);
                  insert.setLong(5, nowMillis);
                  if (insert.executeUpdate() == 1) {
                    added[0]++;
                  } else if (!isSame(line)) {
                    ImportOutcome.LineProblem.note(
                        problems, line.number(), "there is an account \"" + line.name() + "\"");
                  }
                }
              }
              return counted("SELECT count(*) FROM account") > maxUsers
                  ? new Outcome.Full(maxUsers)
                  : problems.isEmpty() ? new Outcome.Done() : new Outcome.AlreadyThere(false);
            });
    return switch (outcome) {
      case Outcome.Done() -> new ImportOutcome.Imported(added[0], lines.size() - added[0]);
      case Outcome.Full(int limit) when problems.isEmpty() -> new ImportOutcome.Full(limit);
      default -> new ImportOutcome.Rejected(problems);
    };
  }

  private boolean isSame(ImportLine line) throws SQLException {
    Row there = read(connection, line.name());
    return there != null
        && there.hash().equals(line.hash())
        && there.account().enabled() == line.enabled();
  }

  @Nullable Row find(UserName name) {
    lock.lock();
    try {
      return read(connection, name);
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  /** At most {@code limit} accounts whose names come after {@code after}, by octets. */
  List<Row> list(@Nullable UserName after, int limit) {
    lock.lock();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT " + SHOWN + " FROM account WHERE name > ? ORDER BY name LIMIT ?")) {
      statement.setBytes(1, after == null ? new byte[0] : after.octets());
      statement.setInt(2, limit);
      List<Row> rows = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(row(result));
        }
      }
      return rows;
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  /** The names alone of the same: these come off the index, without a look at each account. */
  List<UserName> names(@Nullable UserName after, int limit) {
    lock.lock();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT name FROM account WHERE name > ? ORDER BY name LIMIT ?")) {
      statement.setBytes(1, after == null ? new byte[0] : after.octets());
      statement.setInt(2, limit);
      List<UserName> names = new ArrayList<>();
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          names.add(UserName.of(result.getBytes(1)));
        }
      }
      return names;
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return (int) counted("SELECT count(*) FROM account");
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
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

  static @Nullable Row read(Connection connection, UserName name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT " + SHOWN + " FROM account WHERE name = ?")) {
      statement.setBytes(1, name.octets());
      try (ResultSet result = statement.executeQuery()) {
        return result.next() ? row(result) : null;
      }
    }
  }

  private static Row row(ResultSet result) throws SQLException {
    return new Row(
        new Account(
            UserName.of(result.getBytes(1)),
            result.getInt(2) != 0,
            result.getInt(3) != 0,
            result.getLong(4),
            result.getLong(5),
            result.getLong(6)),
        result.getString(7));
  }

  private Outcome exists(UserName name) throws SQLException {
    return read(connection, name) == null ? new Outcome.NoSuchUser() : new Outcome.Done();
  }

  private Outcome mayLoseItsRights(UserName name) throws SQLException {
    Row row = read(connection, name);
    if (row == null) {
      return new Outcome.NoSuchUser();
    }
    boolean administers = row.account().admin() && row.account().enabled();
    return administers
            && counted("SELECT count(*) FROM account WHERE admin = 1 AND enabled = 1") <= 1
        ? new Outcome.LastAdministrator()
        : new Outcome.Done();
  }

  private Outcome change(Change change) {
    lock.lock();
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE"); // not in the middle: a reader that then writes may fail
      boolean committed = false;
      try {
        Outcome outcome = change.apply();
        if (outcome instanceof Outcome.Done) {
          statement.execute("COMMIT");
          committed = true;
        }
        return outcome;
      } finally {
        if (!committed) {
          rollBack(statement);
        }
      }
    } catch (SQLException failed) {
      throw broken(failed);
    } finally {
      lock.unlock();
    }
  }

  private static void rollBack(Statement statement) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException gone) {
      // SQLite has rolled back by itself (a full disk): there is nothing to undo
    }
  }

  private int update(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  private long counted(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  private static AccountStoreException broken(SQLException failed) {
    return new AccountStoreException("accounts database: " + failed.getMessage(), failed);
  }
}
