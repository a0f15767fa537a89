package dev.argyle.server.history;

import dev.argyle.server.history.UsageSums.Key;
import dev.argyle.wire.UserName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The usage by user and day in a SQLite file: what is written to it. One thread owns it; {@link
 * UsageReader} reads, on a connection of its own.
 *
 * <p>A person is a user's name for as long as an account has it. When the account is removed, the
 * person stays with the time of that; another account of the same name is another person.
 */
final class UsageStore implements AutoCloseable {

  /** "Argu". */
  private static final int APPLICATION_ID = 0x41726775;

  private static final int VERSION = 1;

  /** Rows that one transaction deletes. */
  private static final int STEP = 5_000;

  private static final String SCHEMA =
      """
      CREATE TABLE IF NOT EXISTS person (
        id INTEGER PRIMARY KEY,
        name BLOB NOT NULL,
        removed INTEGER NOT NULL, -- milliseconds since 1970; 0: is there
        last_day INTEGER NOT NULL,
        UNIQUE (name, removed)
      ) STRICT;
      CREATE TABLE IF NOT EXISTS usage (
        day INTEGER NOT NULL, -- since 1970-01-01, UTC
        person INTEGER NOT NULL,
        up INTEGER NOT NULL,
        down INTEGER NOT NULL,
        connections INTEGER NOT NULL,
        PRIMARY KEY (day, person)
      ) STRICT, WITHOUT ROWID;
      """;

  private final UsageDatabase database;
  private final PreparedStatement findPerson;
  private final PreparedStatement addPerson;
  private final PreparedStatement touchPerson;
  private final PreparedStatement addUsage;

  private UsageStore(UsageDatabase database) throws SQLException {
    this.database = database;
    findPerson = database.prepare("SELECT id, last_day FROM person WHERE name = ? AND removed = 0");
    addPerson =
        database.prepare(
            "INSERT INTO person (name, removed, last_day) VALUES (?, 0, ?) RETURNING id");
    touchPerson = database.prepare("UPDATE person SET last_day = ? WHERE id = ?");
    addUsage =
        database.prepare(
            "INSERT INTO usage (day, person, up, down, connections) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT DO UPDATE SET up = up + excluded.up, down = down + excluded.down,"
                + " connections = connections + excluded.connections");
  }

  /**
   * Makes the tables where they are missing.
   *
   * @throws UsageDatabase.Unusable if the file is another program's, or of a newer version
   */
  static UsageStore open(UsageDatabase database) throws SQLException {
    try (Statement statement = database.statement()) {
      long version = number(statement, "PRAGMA user_version");
      long application = number(statement, "PRAGMA application_id");
      if (version == 0 && application == 0) {
        database.transaction(
            () -> {
              statement.executeUpdate(SCHEMA);
              statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
              statement.executeUpdate("PRAGMA user_version = " + VERSION);
            });
      } else if (version != VERSION || application != APPLICATION_ID) {
        throw new UsageDatabase.Unusable("written by another program, or by a newer Argyle");
      }
    }
    return new UsageStore(database);
  }

  /** Whether this version can read it. */
  static boolean isOfThisVersion(UsageDatabase database) throws SQLException {
    return database.number("PRAGMA user_version") == VERSION
        && database.number("PRAGMA application_id") == APPLICATION_ID;
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getLong(1) : 0;
    }
  }

  /**
   * Adds, all or nothing.
   *
   * @param persons who is meant by a name where it is not who has it now
   */
  void add(Map<Key, Amount> sums, Map<String, Long> persons) throws SQLException {
    database.transaction(
        () -> {
          for (Map.Entry<Key, Amount> sum : sums.entrySet()) {
            Key key = sum.getKey();
            Long known = persons.get(key.user());
            add(key.day(), known != null ? known : person(key.user(), key.day()), sum.getValue());
          }
        });
  }

  private void add(int day, long person, Amount amount) throws SQLException {
    addUsage.setInt(1, day);
    addUsage.setLong(2, person);
    addUsage.setLong(3, amount.up());
    addUsage.setLong(4, amount.down());
    addUsage.setLong(5, amount.connections());
    addUsage.executeUpdate();
  }

  private long person(String user, int day) throws SQLException {
    byte[] name = UserName.of(user).octets();
    findPerson.setBytes(1, name);
    try (ResultSet found = findPerson.executeQuery()) {
      if (found.next()) {
        long id = found.getLong(1);
        if (found.getInt(2) < day) {
          touchPerson.setInt(1, day);
          touchPerson.setLong(2, id);
          touchPerson.executeUpdate();
        }
        return id;
      }
    }
    addPerson.setBytes(1, name);
    addPerson.setInt(2, day);
    try (ResultSet added = addPerson.executeQuery()) {
      added.next();
      return added.getLong(1);
    }
  }

  /** The person who has a name now; null: nobody. */
  private @Nullable Long find(String user) throws SQLException {
    findPerson.setBytes(1, UserName.of(user).octets());
    try (ResultSet found = findPerson.executeQuery()) {
      return found.next() ? found.getLong(1) : null;
    }
  }

  /**
   * An account was removed.
   *
   * @return the person; null: has used nothing
   */
  @Nullable Long remove(String user, long nowMillis) throws SQLException {
    Long person = find(user);
    if (person != null) {
      database.transaction(() -> markRemoved(user, nowMillis));
    }
    return person;
  }

  private void markRemoved(String user, long nowMillis) throws SQLException {
    byte[] name = UserName.of(user).octets();
    try (PreparedStatement update =
        database.prepare(
            "UPDATE person SET removed = max(?, (SELECT max(removed) + 1 FROM person"
                + " WHERE name = ?)) WHERE name = ? AND removed = 0")) {
      update.setLong(1, nowMillis);
      update.setBytes(2, name);
      update.setBytes(3, name);
      update.executeUpdate();
    }
  }

  /** An account has another name now; as {@link #remove}. */
  @Nullable Long rename(String user, String newName, long nowMillis) throws SQLException {
    Long person = find(user);
    if (person != null) {
      database.transaction(
          () -> {
            markRemoved(newName, nowMillis); // somebody whose account has gone unnoticed
            try (PreparedStatement update =
                database.prepare("UPDATE person SET name = ? WHERE id = ?")) {
              update.setBytes(1, UserName.of(newName).octets());
              update.setLong(2, person);
              update.executeUpdate();
            }
          });
    }
    return person;
  }

  /** Names that an account has, or had unnoticed, in the order of persons. */
  List<String> names(long afterPerson, int limit, long[] last) throws SQLException {
    List<String> names = new ArrayList<>();
    try (PreparedStatement select =
        database.prepare(
            "SELECT id, name FROM person WHERE id > ? AND removed = 0 ORDER BY id LIMIT ?")) {
      select.setLong(1, afterPerson);
      select.setInt(2, limit);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          last[0] = rows.getLong(1);
          names.add(UserName.text(rows.getBytes(2)));
        }
      }
    }
    return names;
  }

  /** Deletes what is older than a day; a step at a time. */
  void deleteBefore(int day) throws SQLException {
    int deleted;
    do {
      deleted =
          database.update(
              "DELETE FROM usage WHERE (day, person) IN"
                  + " (SELECT day, person FROM usage WHERE day < ? LIMIT ?)",
              day,
              STEP);
    } while (deleted == STEP);
    database.update("DELETE FROM person WHERE last_day < ?", day);
  }

  /** The first day of which there is anything; as {@link UsageSums#day}. */
  int firstDay() throws SQLException {
    return (int) database.number("SELECT coalesce(min(day), 0) FROM usage");
  }

  /** Octets that rows take; the file may have some that are free. */
  long octets() throws SQLException {
    return (database.number("PRAGMA page_count") - database.number("PRAGMA freelist_count"))
        * database.number("PRAGMA page_size");
  }

  /** Deletes all of a name, of removed accounts too; returns how many days that were. */
  long forget(String user) throws SQLException {
    byte[] name = UserName.of(user).octets();
    long[] days = new long[1];
    database.transaction(
        () -> {
          try (PreparedStatement usage =
                  database.prepare(
                      "DELETE FROM usage WHERE person IN (SELECT id FROM person WHERE name = ?)");
              PreparedStatement person = database.prepare("DELETE FROM person WHERE name = ?")) {
            usage.setBytes(1, name);
            days[0] = usage.executeUpdate();
            person.setBytes(1, name);
            person.executeUpdate();
          }
        });
    return days[0];
  }

  @Override
  public void close() {
    database.close();
  }
}
