package dev.argyle.server.manage.events;

import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has changed among the connections since the last look. The table of open ones is walked, and
 * compared with what it was: both are sorted by number, so that is one pass, a few nanoseconds for
 * each that has not changed. Those that ended come from the journal, a few at a time, since loops
 * that add to it wait meanwhile. Belongs to the hub's thread.
 */
final class Changes {

  /** Of the journal at a time. */
  private static final int AT_A_TIME = 64;

  private final ConnectionTable table;
  private final Journal journal;

  private List<Row> rows = new ArrayList<>(); // ascending by number
  private Map<Long, Row> awaited = new HashMap<>(); // gone from the table, not in the journal yet
  private long journalled;

  // Of one look
  private final List<Row> news = new ArrayList<>();
  private final List<Row> moved = new ArrayList<>();
  private final List<EndedConnection> ended = new ArrayList<>();
  private final List<Row> gone = new ArrayList<>();
  private final Map<String, Long> octetsOfUsers = new HashMap<>();
  private final Map<Long, Row> endedRows = new HashMap<>();
  private long lost;

  Changes(Telemetry telemetry) {
    table = telemetry.connections();
    journal = telemetry.journal();
  }

  /** Everything that is open is known: listeners ask for the list themselves. */
  void begin() {
    journalled = journal.added(); // first: what ends meanwhile is told
    table.forEach(
        connection -> {
          Row row = new Row(connection);
          int state = row.state();
          row.look();
          row.isTold(state);
          rows.add(row);
        });
  }

  /** Looks; what came of it is in the lists until the next look. */
  void look() {
    news.clear();
    moved.clear();
    ended.clear();
    gone.clear();
    endedRows.clear();
    octetsOfUsers.clear();
    lost = 0;
    Map<Long, Row> vanished = walk();
    readJournal(vanished);
    lost = Math.max(0, lost - vanished.size()); // these are told as gone, with the next look
    gone.addAll(awaited.values()); // for the second time: the journal is past them
    awaited = vanished;
    gone.removeIf(row -> !row.isTold());
  }

  /** Returns those that have left the table since the last look. */
  private Map<Long, Row> walk() {
    List<Row> before = rows;
    List<Row> now = new ArrayList<>(before.size() + 16);
    Map<Long, Row> vanished = new HashMap<>();
    int[] next = {0};
    table.forEach(
        connection -> {
          Row row = null;
          while (next[0] < before.size() && before.get(next[0]).id() <= connection.id()) {
            Row known = before.get(next[0]++);
            if (known.id() == connection.id()) {
              row = known;
            } else {
              leave(known, vanished);
            }
          }
          now.add(seen(row == null ? new Row(connection) : row));
        });
    before.subList(next[0], before.size()).forEach(row -> leave(row, vanished));
    rows = now;
    return vanished;
  }

  private static void leave(Row row, Map<Long, Row> vanished) {
    if (!row.endIsTold) {
      vanished.put(row.id(), row);
    }
  }

  private Row seen(Row row) {
    long octets = row.look();
    if (octets > 0) {
      count(row.connection.user(), octets);
    }
    if (row.isNews()) {
      news.add(row);
    } else if (row.hasMoved()) {
      moved.add(row);
    }
    return row;
  }

  private void count(@Nullable String user, long octets) {
    octetsOfUsers.merge(user == null ? "" : user, octets, Long::sum); // no name is empty
  }

  private void readJournal(Map<Long, Row> vanished) {
    long wanted = journal.added(); // what is added meanwhile is of the next look
    while (journalled < wanted) {
      Journal.Added some = journal.addedAfter(journalled, AT_A_TIME);
      lost += some.first() - journalled - 1;
      journalled = Math.max(some.last(), journalled);
      some.connections().forEach(one -> end(one, vanished));
      if (some.connections().isEmpty()) {
        return;
      }
    }
  }

  private void end(EndedConnection one, Map<Long, Row> vanished) {
    Row row = vanished.remove(one.id());
    if (row == null) {
      row = awaited.remove(one.id());
    }
    if (row == null) {
      row = find(one.id()); // it ended behind the walk
    }
    if (row != null) {
      row.endIsTold = true;
      endedRows.put(one.id(), row);
    }
    long before = row == null ? 0 : row.seenOctets();
    if (one.up() + one.down() > before) {
      count(one.user(), one.up() + one.down() - before);
    }
    ended.add(one);
  }

  private @Nullable Row find(long id) {
    int low = 0;
    int high = rows.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long there = rows.get(middle).id();
      if (there == id) {
        return rows.get(middle);
      }
      low = there < id ? middle + 1 : low;
      high = there < id ? high : middle - 1;
    }
    return null;
  }

  /** Whether there is anything to tell. */
  boolean isAny() {
    return !(news.isEmpty() && moved.isEmpty() && ended.isEmpty() && gone.isEmpty()) || lost > 0;
  }

  /** New ones, and those whose user, request or reply is known by now; ascending. */
  List<Row> news() {
    return news;
  }

  /** Those that have moved octets and are no news; ascending. */
  List<Row> moved() {
    return moved;
  }

  /** In the order in which they ended. */
  List<EndedConnection> ended() {
    return ended;
  }

  /** Whether listeners have been told that a connection which has ended was open. */
  boolean wasTold(EndedConnection one) {
    Row row = endedRows.get(one.id());
    return row != null && row.isTold();
  }

  /** Those that listeners know, and of whose end nothing is known but that it was. */
  List<Row> gone() {
    return gone;
  }

  /** How many ended of which nobody is told: the journal was past them. */
  long lost() {
    return lost;
  }

  /** Octets of the users that moved most since the last look; the empty name is nobody's. */
  Map<String, Long> mostMoving(int limit) {
    Map<String, Long> most = new LinkedHashMap<>();
    octetsOfUsers.entrySet().stream()
        .sorted(Collections.reverseOrder(Map.Entry.comparingByValue()))
        .limit(limit)
        .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
    return most;
  }
}
