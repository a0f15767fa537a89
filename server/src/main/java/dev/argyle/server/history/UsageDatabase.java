package dev.argyle.server.history;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4Connection;

/** A connection to the usage's SQLite file. Used by one thread at a time. */
final class UsageDatabase implements AutoCloseable {

  /** The work of a transaction. */
  interface Work {
    void run() throws SQLException;
  }

  /** The file cannot be used, and is to be set aside. */
  static final class Unusable extends SQLException {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  private static final int BUSY_MILLIS = 2_000;
  private static final int CACHE_KIBIOCTETS = 512;
  private static final int MAX_LOG_OCTETS = 4 << 20;
  private static final int KIND = 0xff; // the low octet of SQLite's result codes

  private final JDBC4Connection connection;

  private UsageDatabase(JDBC4Connection connection) {
    this.connection = connection;
  }

  /** Opens the file, and creates it, readable by its owner alone, if it is not there. */
  static UsageDatabase open(Path file) throws IOException, SQLException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException there) {
      // as after the first start
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL); // a crash of the host may lose some
    config.setBusyTimeout(BUSY_MILLIS);
    config.setCacheSize(-CACHE_KIBIOCTETS);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setJournalSizeLimit(MAX_LOG_OCTETS);
    return new UsageDatabase(
        new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), config.toProperties()));
  }

  /** Whether what failed is the file itself, so that only another one helps. */
  static boolean isDamage(SQLException failure) {
    if (failure instanceof Unusable) {
      return true;
    }
    return failure instanceof SQLiteException sqlite
        && switch (SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & KIND)) {
          case SQLITE_CORRUPT, SQLITE_NOTADB -> true;
          default -> false;
        };
  }

  /** Renames a file that cannot be used; one that was set aside before is replaced. */
  static Path setAside(Path file) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    for (String end : new String[] {"-wal", "-shm"}) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + end));
    }
    return aside;
  }

  /** Deletes the file, and those that SQLite has beside it. */
  static void delete(Path file) throws IOException {
    for (String end : new String[] {"", "-wal", "-shm"}) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + end));
    }
  }

  PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(sql);
  }

  Statement statement() throws SQLException {
    return connection.createStatement();
  }

  void transaction(Work work) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      boolean committed = false;
      try {
        work.run();
        statement.execute("COMMIT");
        committed = true;
      } finally {
        if (!committed) {
          rollBack(statement);
        }
      }
    }
  }

  private static void rollBack(Statement statement) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException alreadyRolledBack) {
      // SQLite does so itself on some errors (a full disk)
    }
  }

  /** Updates in a transaction of its own: how many rows. */
  int update(String sql, long... values) throws SQLException {
    try (PreparedStatement statement = prepare(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setLong(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  long number(String query) throws SQLException {
    try (Statement statement = statement();
        ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException failed) {
      // what was committed is there
    }
  }
}
