package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One JDBC connection. Shared by threads, which use it in turn: its monitor is held for a statement
 * or a transaction. Every method may block for the disk and throws {@link AccountStoreException} if
 * the database fails.
 *
 * <p>Statements stay prepared until {@link #close}, so the SQL must be constant: values are bound
 * to its question marks. A {@link UserName} is bound as its octets, a boolean as 0 or 1.
 */
final class Sql implements AutoCloseable {

  /** Reads one row of a result. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final String begin;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /**
   * @param begin begins a transaction that may write. It waits for other writers, so that no
   *     statement behind it fails because of them
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
      throw new AccountStoreException(failed);
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
      throw new AccountStoreException(failed);
    }
  }

  /** Runs statements that are separated by semicolons, once. */
  synchronized void script(String statements) {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(statements);
    } catch (SQLException failed) {
      throw new AccountStoreException(failed);
    }
  }

  /** Runs work in a transaction, which is rolled back if its result is not to be committed. */
  synchronized <T> T transaction(Supplier<T> work, Predicate<T> commits) {
    boolean committed = false;
    try (Statement statement = connection.createStatement()) {
      statement.execute(begin);
      try {
        T result = work.get();
        if (commits.test(result)) {
          statement.execute("COMMIT");
          committed = true;
        }
        return result;
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
