package dev.argyle.server.history;

import dev.argyle.wire.UserName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the usage. Shared by threads, which read in turn: everything is under this object's
 * monitor, for the milliseconds of one query.
 */
final class UsageReader implements AutoCloseable {

  /** The sums of a page of names, given as hexadecimal text in a JSON array: one query for all. */
  private static final String OF_NAMES =
      """
      WITH RECURSIVE days (day) AS (
        SELECT ?1 UNION ALL SELECT day + 1 FROM days WHERE day < ?2
      )
      SELECT asked.key, sum(up), sum(down), sum(connections),
        sum(up) FILTER (WHERE usage.day = ?2), sum(down) FILTER (WHERE usage.day = ?2),
        sum(connections) FILTER (WHERE usage.day = ?2)
      FROM json_each(?3) AS asked
        CROSS JOIN person ON person.name = unhex(asked.value) AND person.removed = 0
        CROSS JOIN days
        CROSS JOIN usage ON usage.day = days.day AND usage.person = person.id
      GROUP BY asked.key
      """;

  private static final String ROWS =
      """
      SELECT usage.day, person.id, name, removed, up, down, connections
      FROM usage CROSS JOIN person ON person.id = usage.person
      WHERE usage.day BETWEEN ?1 AND ?2 AND (usage.day, usage.person) < (?3, ?4)
      ORDER BY usage.day DESC, usage.person DESC LIMIT ?5
      """;

  private static final String ROWS_OF_ONE =
      """
      WITH RECURSIVE days (day) AS (
        SELECT min(?2, ?3) UNION ALL SELECT day - 1 FROM days WHERE day > ?1
      )
      SELECT usage.day, person.id, name, removed, up, down, connections
      FROM days
        CROSS JOIN person ON person.name = ?6
        CROSS JOIN usage ON usage.day = days.day AND usage.person = person.id
      WHERE usage.day >= ?1 AND (usage.day, usage.person) < (?3, ?4)
      ORDER BY usage.day DESC, usage.person DESC LIMIT ?5
      """;

  private final UsageDatabase database;

  UsageReader(UsageDatabase database) {
    this.database = database;
  }

  /** Names that have used nothing in this time are absent. */
  synchronized Map<UserName, UserUsage> of(List<UserName> names, int firstDay, int today)
      throws SQLException {
    Map<UserName, UserUsage> usage = new HashMap<>();
    try (PreparedStatement select = database.prepare(OF_NAMES)) {
      select.setInt(1, firstDay);
      select.setInt(2, today);
      select.setString(
          3,
          names.stream()
              .map(name -> '"' + HexFormat.of().formatHex(name.octets()) + '"')
              .collect(Collectors.joining(",", "[", "]")));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          usage.put(names.get(row.getInt(1)), new UserUsage(amount(row, 5), amount(row, 2)));
        }
      }
    }
    return usage;
  }

  /**
   * A page, newest day first.
   *
   * @param user null: everybody
   * @param cursor only what is behind it
   */
  synchronized Usage.Page page(
      @Nullable UserName user, int fromDay, int toDay, Usage.Cursor cursor, int limit)
      throws SQLException {
    List<UsageOfDay> rows = new ArrayList<>();
    Usage.Cursor next = null;
    try (PreparedStatement select = database.prepare(user == null ? ROWS : ROWS_OF_ONE)) {
      select.setInt(1, fromDay);
      select.setInt(2, toDay);
      select.setInt(3, cursor.day());
      select.setLong(4, cursor.person());
      select.setInt(5, limit);
      if (user != null) {
        select.setBytes(6, user.octets());
      }
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          next = new Usage.Cursor(row.getInt(1), row.getLong(2));
          rows.add(
              new UsageOfDay(
                  UserName.of(row.getBytes(3)),
                  row.getLong(4) != 0,
                  LocalDate.ofEpochDay(row.getInt(1)),
                  amount(row, 5)));
        }
      }
    }
    return new Usage.Page(rows, rows.size() < limit ? null : next);
  }

  private static Amount amount(ResultSet row, int column) throws SQLException {
    return new Amount(row.getLong(column), row.getLong(column + 1), row.getLong(column + 2));
  }

  @Override
  public synchronized void close() {
    database.close();
  }
}
