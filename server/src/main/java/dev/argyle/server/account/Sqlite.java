package dev.argyle.server.account;

import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A SQLite file as the accounts' database. Its schema is a list of numbered steps; {@code PRAGMA
 * user_version} is the number of steps that the file has behind it. A step that was ever released
 * is never edited, a new one is appended (decision 0004).
 */
final class Sqlite implements Database {

  /** How many changes are kept for other processes to read; older ones are read as "many". */
  static final int MAX_LOGGED_CHANGES = 10_000;

  /**
   * How long a connection waits in SQLite: for another process that creates or recovers the file.
   */
  private static final int BUSY_MILLIS = 10_000;

  /** Pages in memory, a connection: the database is read by key, the kernel caches the file. */
  private static final int CACHE_KIBIOCTETS = 512;

  /**
   * What the write-ahead log is cut back to once its content is in the database. An import makes it
   * as large as itself (157 MiB were seen), and without a limit it keeps that size for ever. A log
   * of this size takes the 1,000 pages after which SQLite empties it, so it is seldom cut.
   */
  static final int MAX_LOG_OCTETS = 8 << 20;

  private static final List<String> STEPS =
      List.of(
          """
          CREATE TABLE account (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 255),
            hash TEXT NOT NULL,
            admin INTEGER NOT NULL CHECK (admin IN (0, 1)),
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            last_connection INTEGER NOT NULL DEFAULT 0,
            max_connections INTEGER,
            max_rate INTEGER
          ) STRICT;
          CREATE INDEX administrator ON account (enabled) WHERE admin = 1;

          -- What a running server must hear of, whoever made the change.
          CREATE TABLE change_log (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name BLOB NOT NULL,
            kind TEXT NOT NULL,
            new_name BLOB
          ) STRICT;
          CREATE TRIGGER change_log_is_bounded AFTER INSERT ON change_log BEGIN
            DELETE FROM change_log WHERE number <= new.number - MAX_LOGGED_CHANGES;
          END;
          CREATE TRIGGER account_removed AFTER DELETE ON account BEGIN
            INSERT INTO change_log (name, kind) VALUES (old.name, 'removed');
          END;
          CREATE TRIGGER account_renamed AFTER UPDATE OF name ON account
          WHEN new.name <> old.name BEGIN
            INSERT INTO change_log (name, kind, new_name) VALUES (old.name, 'renamed', new.name);
          END;
          CREATE TRIGGER account_password AFTER UPDATE OF hash ON account
          WHEN new.hash <> old.hash BEGIN
            INSERT INTO change_log (name, kind) VALUES (new.name, 'password');
          END;
          CREATE TRIGGER account_flags AFTER UPDATE OF admin, enabled ON account
          WHEN new.admin <> old.admin OR new.enabled <> old.enabled BEGIN
            INSERT INTO change_log (name, kind)
            VALUES (new.name, iif(new.enabled < old.enabled, 'disabled', 'flags'));
          END;
          """
              .replace("MAX_LOGGED_CHANGES", Integer.toString(MAX_LOGGED_CHANGES)),
          // Which imported hash was replaced by one of ours: its SHA-256, which verifies nothing.
          "ALTER TABLE account ADD COLUMN imported TEXT;",
          // Who may look at the management doors, and no more.
          """
          ALTER TABLE account
            ADD COLUMN viewer INTEGER NOT NULL DEFAULT 0 CHECK (viewer IN (0, 1));
          DROP TRIGGER IF EXISTS account_flags;
          CREATE TRIGGER account_flags AFTER UPDATE OF admin, viewer, enabled ON account
          WHEN new.admin <> old.admin OR new.viewer <> old.viewer OR new.enabled <> old.enabled
          BEGIN
            INSERT INTO change_log (name, kind)
            VALUES (new.name, iif(new.enabled < old.enabled, 'disabled', 'flags'));
          END;
          """,
          // An account's plan and its own limits.
          """
          ALTER TABLE account ADD COLUMN attributes TEXT;
          CREATE TRIGGER account_attributes AFTER UPDATE OF attributes ON account
          WHEN new.attributes IS NOT old.attributes BEGIN
            INSERT INTO change_log (name, kind) VALUES (new.name, 'attributes');
          END;
          """,
          // What an account has used; octets, and milliseconds since 1970.
          """
          CREATE TABLE usage (
            account INTEGER PRIMARY KEY,
            up INTEGER NOT NULL,
            down INTEGER NOT NULL,
            connections INTEGER NOT NULL,
            address TEXT,
            since INTEGER NOT NULL,
            period_up INTEGER NOT NULL,
            period_down INTEGER NOT NULL,
            resets INTEGER NOT NULL DEFAULT 0
          ) STRICT;
          CREATE INDEX address_only ON account (name)
          WHERE instr(attributes, 'from-mode=address-only') > 0;
          CREATE TRIGGER usage_of_removed AFTER DELETE ON account BEGIN
            DELETE FROM usage WHERE account = old.id;
          END;
          CREATE TRIGGER usage_reset_first AFTER INSERT ON usage WHEN new.resets > 0 BEGIN
            INSERT INTO change_log (name, kind)
            SELECT name, 'usage' FROM account WHERE id = new.account;
          END;
          CREATE TRIGGER usage_reset AFTER UPDATE OF resets ON usage
          WHEN new.resets <> old.resets BEGIN
            INSERT INTO change_log (name, kind)
            SELECT name, 'usage' FROM account WHERE id = new.account;
          END;
          """);

  /** The schema's first steps, for a test that makes a file of an older version. */
  static List<String> steps(int count) {
    return STEPS.subList(0, count);
  }

  private final Path file;
  private final List<Sql> connections = new CopyOnWriteArrayList<>();

  Sqlite(Path file) {
    this.file = file;
  }

  @Override
  public Sql connect() throws DataProblem {
    create();
    Sql sql = new Sql(open(), "BEGIN IMMEDIATE");
    connections.add(sql);
    if (version(sql) < STEPS.size()) {
      sql.transaction(() -> update(sql), _ -> true);
    }
    return sql;
  }

  /** With a write-ahead log only the beginning of a transaction meets another writer. */
  @Override
  public Sql connectToWrite() throws DataProblem {
    Sql sql = connect();
    sql.number("PRAGMA busy_timeout = 0"); // waiting is done in Sql
    return sql;
  }

  /** Whether a statement failed because another connection is writing. */
  static boolean isBusy(SQLException failure) {
    return failure instanceof SQLiteException sqlite
        && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY;
  }

  /** {@code data_version} counts the commits of other connections (decision 0005). */
  @Override
  public String commitCounter() {
    return "PRAGMA data_version";
  }

  /** Creates the file if it is missing, readable by its owner alone from the first octet. */
  private void create() throws DataProblem {
    try {
      Files.createFile(file, DataDirectory.OWNER_ONLY);
    } catch (FileAlreadyExistsException there) {
      // as after the first start
    } catch (IOException failed) {
      throw new DataProblem(
          file
              + ": cannot be opened or created: "
              + FileFailure.advised(failed, "give another directory with --data"),
          failed);
    }
  }

  /** Loads SQLite. */
  static void prepare() {
    try {
      new JDBC4Connection("jdbc:sqlite::memory:", ":memory:", new Properties()).close();
    } catch (SQLException failed) {
      throw new AccountStoreException(failed);
    }
  }

  private JDBC4Connection open() {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // acknowledged means on the disk
    config.setBusyTimeout(BUSY_MILLIS);
    config.setCacheSize(-CACHE_KIBIOCTETS);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setJournalSizeLimit(MAX_LOG_OCTETS);
    try {
      return new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), config.toProperties());
    } catch (SQLException failed) {
      throw new AccountStoreException(failed);
    }
  }

  private long version(Sql sql) throws DataProblem {
    long version = sql.number("PRAGMA user_version");
    boolean ours = sql.number("PRAGMA application_id") == SchemaVersion.APPLICATION_ID;
    return SchemaVersion.checked(file, version, ours);
  }

  /** How many steps this version knows: the schema that it writes. */
  static int schema() {
    return STEPS.size();
  }

  /**
   * Writes the database as it is at one moment into another file, which is empty. Others write
   * meanwhile. It has no row that was deleted.
   */
  void copyTo(Path target) throws DataProblem {
    try (Sql sql = new Sql(open(), "BEGIN")) {
      if (version(sql) == 0) {
        throw new DataProblem(file + ": there are no accounts in it");
      }
      sql.update("VACUUM INTO ?", target.toString());
    }
  }

  /**
   * Checks a file that nobody else uses: that it is whole, and that this version can open it.
   *
   * @return how many accounts it has
   */
  long check() throws DataProblem {
    try (Sql sql = new Sql(open(), "BEGIN")) {
      if (version(sql) == 0) {
        throw new DataProblem(file + ": there are no accounts in it");
      }
      String found = sql.first(row -> row.getString(1), "PRAGMA quick_check(1)");
      if (!"ok".equals(found)) {
        throw new DataProblem(file + ": damaged: " + found);
      }
      return sql.number(AccountStore.COUNT);
    }
  }

  /** In a transaction, so it asks again: two processes may both have found a new file. */
  private static int update(Sql sql) {
    int step = (int) sql.number("PRAGMA user_version");
    while (step < STEPS.size()) {
      sql.script(STEPS.get(step));
      step++;
      sql.script("PRAGMA application_id = " + SchemaVersion.APPLICATION_ID);
      sql.script("PRAGMA user_version = " + step);
    }
    return step;
  }

  @Override
  public void close() {
    connections.forEach(Sql::close);
  }
}
