package dev.argyle.server.history;

import dev.argyle.server.config.FileFailure;
import dev.argyle.server.config.Retention;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SharedCounters;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each user has used on each day (UTC), on disk. Loops add what a connection has moved when it
 * ends; the archive's thread adds what open ones have moved, and stores both every {@value
 * #PERIOD_MILLIS} ms. A crash loses what was moved in that time. A failing disk loses nothing until
 * {@link UsageSums#MAX_WAITING} users wait.
 */
public final class Usage {

  /** The file, in the data directory. */
  public static final String FILE = "usage.db";

  static final long PERIOD_MILLIS = 5_000;

  /** The most rows of a page, and names of a question. */
  public static final int MAX_PAGE = 1_000;

  /**
   * Octets of its rows: some 8 million, which is 20,000 users on each of 400 days. Beyond it the
   * oldest days go first.
   */
  static final long MAX_OCTETS = 256L << 20;

  /** Usage by day is not kept; that of the account is counted all the same. */
  private static final LiveConnection.UsageSink NOWHERE = (_, _, _, _) -> {};

  private static final Logger LOG = LoggerFactory.getLogger(Usage.class);

  /** Where a page ends: the next one has what is behind it. */
  public record Cursor(int day, long person) {
    /** The first page. */
    public static final Cursor NEWEST = new Cursor(Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  /**
   * A part of the usage.
   *
   * @param rows newest day first
   * @param next null: nothing follows
   */
  public record Page(List<UsageOfDay> rows, @Nullable Cursor next) {
    public Page {
      rows = List.copyOf(rows);
    }
  }

  private final Path file;
  private final ConnectionTable connections;
  private final InstantSource clock;
  private final UsageSums sums;
  private final Persons persons;
  private final long maxOctets;
  private volatile Retention settings;
  private volatile @Nullable UsageReader reader; // null: not opened yet, or not kept

  // the archive's thread alone
  private @Nullable UsageStore store;
  private final Trouble writing = new Trouble(LOG);
  private volatile int trimmedOn; // a day; 0: other bounds are in force since
  private boolean isCleared;

  /**
   * Opens nothing yet.
   *
   * @param exists whether there is an account of a name; may block, and may throw
   */
  Usage(
      Path file,
      Retention settings,
      ConnectionTable connections,
      SharedCounters counters,
      InstantSource clock,
      Predicate<UserName> exists,
      long maxOctets) {
    this.file = file;
    this.settings = settings;
    this.connections = connections;
    this.clock = clock;
    this.sums = new UsageSums(counters, clock);
    this.persons = new Persons(exists, clock);
    this.maxOctets = maxOctets;
  }

  void settings(Retention next) {
    settings = next;
    trimmedOn = 0;
  }

  /** Whether usage is kept. */
  public boolean isKept() {
    return !settings.keepUsage().isZero();
  }

  /** Who hears of changed accounts tells it. */
  Persons persons() {
    return persons;
  }

  /** A connection has ended, or is looked at; never waits. */
  void add(LiveConnection connection) {
    connection.count(isKept() ? sums : NOWHERE);
  }

  /**
   * What users have used today and this month; who has used nothing is absent. May block for the
   * disk. What was used in the last seconds may be missing.
   *
   * @param names at most {@link #MAX_PAGE}
   * @throws HistoryException if it cannot be read
   */
  public Map<UserName, UserUsage> of(List<UserName> names) {
    UsageReader open = reader;
    if (open == null || names.isEmpty()) {
      return Map.of();
    }
    int today = UsageSums.day(clock.millis());
    LocalDate first = LocalDate.ofEpochDay(today).withDayOfMonth(1);
    try {
      return open.of(names, (int) first.toEpochDay(), today);
    } catch (SQLException failed) {
      throw unreadable(failed);
    }
  }

  /**
   * The usage by day, newest first; may block for the disk.
   *
   * @param user null: everybody's
   * @param from the first day; null: from the oldest
   * @param to the last day; null: to today
   * @param limit at most so many, and {@link #MAX_PAGE}
   * @throws HistoryException if it cannot be read
   */
  public Page page(
      @Nullable UserName user,
      @Nullable LocalDate from,
      @Nullable LocalDate to,
      Cursor cursor,
      int limit) {
    UsageReader open = reader;
    if (open == null) {
      return new Page(List.of(), null);
    }
    int today = UsageSums.day(clock.millis());
    int oldest = oldestKept(today);
    int first = from == null ? oldest : (int) Math.max(oldest, from.toEpochDay());
    int last = to == null ? today : (int) Math.min(today, to.toEpochDay());
    try {
      return open.page(user, first, last, cursor, Math.clamp(limit, 1, MAX_PAGE));
    } catch (SQLException failed) {
      throw unreadable(failed);
    }
  }

  private int oldestKept(int today) {
    return (int) (today - settings.keepUsage().toDays());
  }

  private HistoryException unreadable(SQLException failed) {
    return new HistoryException(file + ": " + failed.getMessage(), failed);
  }

  /** The archive's thread: stores what was used. */
  void write() {
    Map<UsageSums.Key, Amount> taken = Map.of();
    try {
      if (!isKept()) {
        clear();
        return;
      }
      isCleared = false;
      addOpen();
      UsageStore open = opened();
      persons.apply(open);
      taken = sums.take();
      if (!taken.isEmpty()) {
        open.add(taken, persons.departed());
      }
      taken = Map.of();
      trim(open);
      writing.works(file + ": the usage of users is written again; nothing of it was lost");
    } catch (SQLException | IOException failed) {
      sums.giveBack(taken);
      failed(failed);
    }
  }

  /** Any thread: adds what passed on open connections since the last time. */
  void addOpen() {
    connections.forEach(this::add);
  }

  /** Nothing is kept any more: nor is what was. */
  private void clear() throws IOException {
    if (!isCleared) {
      close();
      UsageDatabase.delete(file);
      sums.take();
      isCleared = true;
    }
  }

  private void failed(Exception failed) {
    if (failed instanceof SQLException sql && UsageDatabase.isDamage(sql)) {
      close();
      try {
        Path aside = UsageDatabase.setAside(file);
        LOG.error(
            "{}: {}; set aside as {}, and the usage of users begins anew",
            file,
            failed.getMessage(),
            aside.getFileName());
        return;
      } catch (IOException cannot) {
        failed.addSuppressed(cannot);
      }
    }
    String words =
        failed instanceof IOException io
            ? FileFailure.advised(io)
            : String.valueOf(failed.getMessage());
    writing.failed(
        file
            + ": the usage of users cannot be written: "
            + words
            + ". Retrying; it is kept in memory meanwhile. Nothing else is affected");
  }

  private UsageStore opened() throws IOException, SQLException {
    UsageStore open = store;
    if (open == null) {
      UsageDatabase database = UsageDatabase.open(file);
      try {
        open = UsageStore.open(database);
        reader = new UsageReader(UsageDatabase.open(file));
      } catch (SQLException | IOException failed) {
        database.close();
        throw failed;
      }
      store = open;
      persons.lookAtAll();
    }
    return open;
  }

  /** Once a day, and when the rows are too many. */
  private void trim(UsageStore open) throws SQLException {
    int today = UsageSums.day(clock.millis());
    if (trimmedOn != today) {
      open.deleteBefore(oldestKept(today));
      trimmedOn = today;
    }
    if (open.octets() > maxOctets) {
      open.deleteBefore(open.firstDay() + 1);
    }
  }

  /** The archive's thread: deletes all that a user has used; returns of how many days. */
  long forget(String user) throws SQLException {
    write();
    UsageStore open = store;
    return open == null ? 0 : open.forget(user);
  }

  /** The archive's thread: closes the file. */
  void close() {
    UsageReader reading = reader;
    UsageStore open = store;
    reader = null;
    store = null;
    if (reading != null) {
      reading.close();
    }
    if (open != null) {
      open.close();
    }
  }
}
