package dev.argyle.server.account;

import dev.argyle.server.telemetry.AccountUsage.Unstored;
import dev.argyle.server.telemetry.AccountUsage.Used;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What accounts have used, in the database. As {@link AccountStore}. */
final class UsageTable {

  /** One of an account that is gone is not stored, and another period begins with nothing. */
  private static final String ADD =
      "INSERT INTO usage (account, up, down, connections, address, since, period_up, period_down)"
          + " SELECT id, ?, ?, ?, nullif(?, ''), ?, ?, ? FROM account WHERE id = ?"
          + " ON CONFLICT (account) DO UPDATE SET up = usage.up + excluded.up,"
          + " down = usage.down + excluded.down,"
          + " connections = usage.connections + excluded.connections,"
          + " address = excluded.address, since = excluded.since,"
          + " period_up = excluded.period_up"
          + " + CASE WHEN usage.since = excluded.since THEN usage.period_up"
          + " ELSE 0 END,"
          + " period_down = excluded.period_down + CASE WHEN usage.since = excluded.since"
          + " THEN usage.period_down ELSE 0 END";

  private final Sql writer;

  UsageTable(Sql writer) {
    this.writer = writer;
  }

  /**
   * Reads the columns of an account, from this one on.
   *
   * @return nothing, if the account has no row
   */
  static Used read(ResultSet row, int column) throws SQLException {
    long up = row.getLong(column);
    return row.wasNull()
        ? Used.NOTHING
        : new Used(
            up,
            row.getLong(column + 1),
            row.getLong(column + 2),
            row.getString(column + 3),
            row.getLong(column + 4),
            row.getLong(column + 5),
            row.getLong(column + 6));
  }

  /**
   * Adds all of it or nothing. Waits for no other process. What was used before a reset that was
   * not known by then is in no period.
   *
   * @return the number of resets of each account now, or of those that are gone 0; null: another
   *     process is writing, and nothing was done
   */
  long @Nullable [] add(List<Unstored> all) {
    long[] resets = new long[all.size()];
    boolean done =
        writer.tryTransaction(
            () -> {
              for (int i = 0; i < resets.length; i++) {
                resets[i] = add(all.get(i));
              }
            });
    return done ? resets : null;
  }

  private long add(Unstored one) {
    Period period = period(writer, one.account());
    boolean before = // a row that a reset has made is of no period yet
        period.resets != one.resets()
            && (period.since == one.more().sinceMillis() || period.since == 0);
    Used more = before ? one.more().withoutPeriod() : one.more();
    writer.update(
        ADD,
        more.up(),
        more.down(),
        more.connections(),
        Objects.requireNonNullElse(more.address(), ""),
        more.sinceMillis(),
        more.periodUp(),
        more.periodDown(),
        one.account());
    return period.resets;
  }

  /**
   * An account's period.
   *
   * @param since its first moment, in milliseconds since 1970
   * @param resets how often one has begun because somebody wanted it
   */
  private record Period(long since, long resets) {}

  private static Period period(Sql sql, long account) {
    Period there =
        sql.first(
            row -> new Period(row.getLong(1), row.getLong(2)),
            "SELECT since, resets FROM usage WHERE account = ?",
            account);
    return there == null ? new Period(0, 0) : there;
  }

  /** How often the period of an account was reset. */
  static long resets(Sql reader, long account) {
    return period(reader, account).resets;
  }

  /** Begins the period of an account with nothing, and tells so. Within a transaction. */
  void reset(long account) {
    writer.update(
        "INSERT INTO usage"
            + " (account, up, down, connections, since, period_up, period_down, resets)"
            + " VALUES (?, 0, 0, 0, 0, 0, 0, 1) ON CONFLICT (account) DO UPDATE SET"
            + " period_up = 0, period_down = 0, resets = usage.resets + 1",
        account);
  }
}
