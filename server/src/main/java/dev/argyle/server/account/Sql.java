package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One JDBC connection. Shared by threads, which use it in turn: its monitor is held for a statement
 * or a transaction, but not while a transaction waits for another process. Every method may block
 * for the disk and throws {@link AccountStoreException} if the database fails.
 *
 * <p>Statements stay prepared until {@link #close}, so the SQL must be constant: values are bound
 * to its question marks. A {@link UserName} is bound as its octets, a boolean as 0 or 1.
 */
final class Sql implements AutoCloseable {

  /** Reads one row of a result. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** How long a transaction waits for other writers, and then fails. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * How often a transaction that waits tries again: more often than an import pauses. It waits here
   * and not in SQLite, where a virtual thread that sleeps would keep its carrier.
   */
  private static final Duration RETRY = Duration.ofMillis(5);

  private final Connection connection;
  private final String begin;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /**
   * @param begin begins a transaction that may write, or fails if another connection has one, so
   *     that no statement behind it fails because of that
   */
  Sql(Connection connection, String begin) {
    this.connection = connection;
    this.begin = begin;
  }

  synchronized <T> List<T> list(RowReader<T> reader, String sql, Object... values) {
    List<T> rows = new ArrayList<>();
    try (ResultSet result = bound(sql, values).executeQuery()) {
      while (result.next()) {
        rows.add(reader.read(result));
      }
      return rows;
    } catch (SQLException failed) {
      throw failure(sql, failed);
    }
  }

  /** The first row; null: there is none. */
  <T> @Nullable T first(RowReader<T> reader, String sql, Object... values) {
    List<T> rows = list(reader, sql, values);
    return rows.isEmpty() ? null : rows.getFirst();
  }

  /** The one number that a query gives. */
  long number(String sql) {
    return list(row -> row.getLong(1), sql).getFirst();
  }

  /** Inserts, updates or deletes: how many rows? */
  synchronized int update(String sql, Object... values) {
    try {
      return bound(sql, values).executeUpdate();
    } catch (SQLException failed) {
      throw failure(sql, failed);
    }
  }

  /** The driver closes a statement that has failed, as on a full disk: it is prepared anew. */
  private AccountStoreException failure(String sql, SQLException failed) {
    PreparedStatement broken = prepared.remove(sql);
    if (broken != null) {
      try {
        broken.close();
      } catch (SQLException again) {
        failed.addSuppressed(again);
      }
    }
    return new AccountStoreException(failed);
  }

  /** Runs statements that are separated by semicolons, once. */
  synchronized void script(String statements) {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(statements);
    } catch (SQLException failed) {
      throw new AccountStoreException(failed);
    }
  }

  /**
   * Runs work in a transaction, which is rolled back if its result is not to be committed. Waits up
   * to {@link #PATIENCE} for other writers.
   */
  <T> T transaction(Supplier<T> work, Predicate<T> commits) {
    long begun = System.nanoTime();
    while (true) {
      Attempt<T> attempt = attempt(work, commits);
      switch (attempt) {
        case Attempt.Done<T>(T result) -> {
          return result;
        }
        case Attempt.Busy<T>(SQLException why) -> {
          if (System.nanoTime() - begun >= PATIENCE.toNanos() || !Pause.of(RETRY)) {
            throw new AccountStoreException(why);
          }
        }
      }
    }
  }

  /** As above, but waits for nobody. False: another process is writing, and nothing was done. */
  boolean tryTransaction(Runnable work) {
    Supplier<Boolean> supplier =
        () -> {
          work.run();
          return true;
        };
    return attempt(supplier, _ -> true) instanceof Attempt.Done<Boolean>;
  }

  /** What became of a transaction. */
  private sealed interface Attempt<T> {
    record Done<T>(T result) implements Attempt<T> {}

    /** Another writer is at work; nothing was done. */
    record Busy<T>(SQLException why) implements Attempt<T> {}
  }

  private synchronized <T> Attempt<T> attempt(Supplier<T> work, Predicate<T> commits) {
    boolean committed = false;
    try (Statement statement = connection.createStatement()) {
      try {
        statement.execute(begin);
      } catch (SQLException refused) {
        if (Sqlite.isBusy(refused)) {
          return new Attempt.Busy<>(refused);
        }
        throw refused;
      }
      try {
        T result = work.get();
        if (commits.test(result)) {
          statement.execute("COMMIT");
          committed = true;
        }
        return new Attempt.Done<>(result);
      } finally {
        if (!committed) {
          rollBack(statement);
        }
      }
    } catch (SQLException failed) {
      throw new AccountStoreException(failed);
    }
  }

  private static void rollBack(Statement statement) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException alreadyRolledBack) {
      // SQLite does so itself on some errors (a full disk): there is nothing to undo
    }
  }

  private PreparedStatement bound(String sql, Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      Object value =
          switch (values[i]) {
            case UserName name -> name.octets();
            case Boolean flag -> flag ? 1 : 0;
            default -> values[i];
          };
      statement.setObject(i + 1, value);
    }
    return statement;
  }

  /** Closes the connection, and its statements with it. */
  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException failed) {
      throw new AccountStoreException(failed);
    }
  }
}
