package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Open connections, searched and ended. Safe for any thread; walks over what is open. */
public final class ConnectionControl {

  /** Connections that one call ends at most: each is a task of its loop. */
  public static final int KILLED_AT_ONCE = 10_000;

  private final Telemetry telemetry;
  private final ConnectionTable open;
  private final AccountBook accounts;
  private final Changes changes;

  ConnectionControl(Telemetry telemetry, AccountBook accounts, Changes changes) {
    this.telemetry = telemetry;
    this.open = telemetry.connections();
    this.accounts = accounts;
    this.changes = changes;
  }

  /**
   * Open connections, ascending by number.
   *
   * @param after only greater numbers, unsigned
   * @param limit at most so many
   */
  public Page<ConnectionEntry, Long> page(
      Actor actor, ConnectionFilter filter, long after, int limit) {
    List<ConnectionEntry> found = list(actor, filter, after, limit + 1);
    boolean more = found.size() > limit;
    List<ConnectionEntry> page = more ? found.subList(0, limit) : found;
    return new Page<>(page, more ? page.getLast().id() : null);
  }

  List<ConnectionEntry> list(Actor actor, ConnectionFilter filter, long after, int limit) {
    ProxyControl.check(actor, Operation.LIST_CONNECTIONS);
    if (after < 0 || limit < 1) {
      return List.of();
    }
    long now = System.nanoTime();
    return open.page(after, limit, connection -> filter.matches(connection, now)).stream()
        .map(connection -> ConnectionEntry.of(connection, now))
        .toList();
  }

  /** An open connection; null: it has ended, or never was. */
  public @Nullable ConnectionEntry find(Actor actor, long id) {
    ProxyControl.check(actor, Operation.LIST_CONNECTIONS);
    LiveConnection connection = open.find(id);
    return connection == null ? null : ConnectionEntry.of(connection, System.nanoTime());
  }

  /** How many connections a user has open; empty: no such user. */
  OptionalInt countOf(Actor actor, UserName user) {
    ProxyControl.check(actor, Operation.USER_CONNECTIONS);
    int count = open.countOf(user.text());
    return count == 0 && accounts.find(user) == null // a user of this run has no account
        ? OptionalInt.empty()
        : OptionalInt.of(count);
  }

  List<ConnectionEntry> endedAfter(Actor actor, long after, int limit) {
    ProxyControl.check(actor, Operation.HISTORY);
    if (after < 0 || limit < 1) {
      return List.of();
    }
    return telemetry.journal().page(Journal.NEWEST, Journal.CAPACITY).connections().stream()
        .filter(ended -> ended.id() > after)
        .map(ConnectionEntry::of)
        .sorted(Comparator.comparingLong(ConnectionEntry::id))
        .limit(limit)
        .toList();
  }

  // Ending

  Result kill(Actor actor, long id) {
    Change.Note note = new Change.Note("connection " + id);
    return changes.change(
        actor,
        Operation.KILL,
        "kill " + id,
        note,
        () -> {
          LiveConnection connection = open.find(id);
          if (connection == null) {
            return new Result.NoSuchConnection();
          }
          end(connection);
          return new Result.Done();
        });
  }

  private static void end(LiveConnection connection) {
    connection.askToEnd(EndReason.KILLED);
  }

  /**
   * Ends those of these connections that are open; others are passed over.
   *
   * @param ids at most {@link #KILLED_AT_ONCE}
   * @throws IllegalArgumentException if there are more
   */
  public Killed kill(Actor actor, Collection<Long> ids) {
    if (ids.size() > KILLED_AT_ONCE) {
      throw new IllegalArgumentException("more than " + KILLED_AT_ONCE + " connections");
    }
    int[] count = {0};
    IntSupplier action =
        () -> {
          for (long id : ids) {
            LiveConnection connection = open.find(id);
            if (connection != null) {
              end(connection);
              count[0]++;
            }
          }
          return count[0];
        };
    Result result = kill(actor, "kill " + ids.size() + " by number", action);
    return new Killed(result, count[0], false);
  }

  /**
   * Ends the connections that match and were there when this was asked for, or before.
   *
   * @param upTo no connection with a greater number: the newest that the asker has seen. {@link
   *     Long#MAX_VALUE}: the newest of now
   */
  public Killed kill(Actor actor, ConnectionFilter filter, long upTo) {
    long newest = Math.min(upTo, open.newest()); // whoever comes meanwhile is not meant
    boolean[] more = {false};
    int[] count = {0};
    IntSupplier action =
        () -> {
          long now = System.nanoTime();
          List<LiveConnection> meant =
              open.page(
                  0,
                  KILLED_AT_ONCE + 1,
                  connection -> connection.id() <= newest && filter.matches(connection, now));
          more[0] = meant.size() > KILLED_AT_ONCE;
          List<LiveConnection> first = more[0] ? meant.subList(0, KILLED_AT_ONCE) : meant;
          first.forEach(ConnectionControl::end);
          count[0] = first.size();
          return count[0];
        };
    Result result = kill(actor, "kill " + filter.words(), action);
    return new Killed(result, count[0], more[0]);
  }

  private Result kill(Actor actor, String words, IntSupplier action) {
    Change.Note note = new Change.Note(words.substring("kill ".length()));
    return changes.change(
        actor,
        Operation.KILL,
        words,
        note,
        () -> {
          note.to(action.getAsInt() + " ended");
          return new Result.Done();
        });
  }
}
