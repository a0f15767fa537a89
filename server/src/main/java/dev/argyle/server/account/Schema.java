package dev.argyle.server.account;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables, as numbered steps. {@code PRAGMA user_version} is the number of steps that a database
 * has behind it; a step that was ever released is never edited, a new one is appended (decision
 * 0004).
 */
final class Schema {

  /** How many changes are kept for other processes to read; older ones are read as "many". */
  static final int MAX_LOGGED_CHANGES = 10_000;

  /** "Argy": the database is ours. */
  private static final int APPLICATION_ID = 0x41726779;

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
            DELETE FROM change_log WHERE number <= new.number - %1$d;
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
              .formatted(MAX_LOGGED_CHANGES));

  private Schema() {}

  /** Brings the database up to date; does nothing, and locks nothing, if it is. */
  static void bringUpToDate(Connection connection, Path file) throws SQLException, DataProblem {
    if (version(connection, file) == STEPS.size()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN IMMEDIATE"); // two processes may both find a new file
      try {
        int version = version(connection, file);
        for (String step : STEPS.subList(version, STEPS.size())) {
          statement.executeUpdate(step);
        }
        statement.execute("PRAGMA application_id = " + APPLICATION_ID);
        statement.execute("PRAGMA user_version = " + STEPS.size());
        statement.execute("COMMIT");
      } catch (SQLException | DataProblem | RuntimeException failed) {
        statement.execute("ROLLBACK");
        throw failed;
      }
    }
  }

  private static int version(Connection connection, Path file) throws SQLException, DataProblem {
    int version = pragma(connection, "user_version");
    int application = pragma(connection, "application_id");
    if (version > STEPS.size() && application == APPLICATION_ID) {
      throw new DataProblem(
          file
              + ": created by a newer Argyle (schema "
              + version
              + ", this version supports "
              + STEPS.size()
              + "); use the newer version, or give another --data");
    }
    if (version > 0 != (application == APPLICATION_ID)) {
      throw new DataProblem(file + ": not an Argyle database; give another --data");
    }
    return version;
  }

  private static int pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("PRAGMA " + name)) {
      return result.next() ? result.getInt(1) : 0;
    }
  }
}
