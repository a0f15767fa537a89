package dev.argyle.cli.door;

import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.ManagementException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Tells what changed among a server's connections since it was last asked. No protocol pushes that,
 * so two lists are compared: those open, and those ended. A connection is told of when its request
 * is known and when it has ended; one that came and went in between, at its end only.
 */
public final class Following implements Followed {

  /** What happened to a connection. */
  public record Event(boolean ended, Connection connection) {}

  /** Pages of connections, ascending by ID; an empty one is the end. */
  public interface Pages {
    List<Connection> after(long id) throws ManagementException;
  }

  /**
   * IDs are given at accept and the lists are read one after the other, so one may come to be seen
   * behind later ones; this far behind it is still looked for among the ended.
   */
  private static final long LATE_IDS = 1_024;

  private static final int REMEMBERED_ENDS = 20_000;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Pages open;
  private final Pages ended;
  private final Predicate<Connection> wanted;
  private final Map<Long, Connection> known = new TreeMap<>(); // open, and told of
  private final Set<Long> told = new LinkedHashSet<>(); // ends: twice what a journal has
  private final Set<Long> awaited = new HashSet<>(); // neither open nor ended yet: once more
  private long newest; // ID ever seen
  private long first = Long.MAX_VALUE; // ID of what is ours to tell
  private boolean started;

  /** Follows a server's connections. */
  public Following(Pages open, Pages ended, Predicate<Connection> wanted) {
    this.open = open;
    this.ended = ended;
    this.wanted = wanted;
  }

  @Override
  public List<Event> next() throws ManagementException, InterruptedException {
    if (started) {
      Thread.sleep(PAUSE);
    }
    return look().stream().filter(event -> wanted.test(event.connection())).toList();
  }

  @Override
  public void close() {
    // the door is closed by whoever opened it
  }

  /** What happened since the last call; the first call tells what is open. */
  List<Event> look() throws ManagementException {
    Map<Long, Connection> now = new TreeMap<>();
    read(open, 0, connection -> now.put(connection.id(), connection));
    List<Event> events = new ArrayList<>();
    List<Connection> gone = new ArrayList<>();
    for (Connection before : known.values()) {
      if (!now.containsKey(before.id())) {
        gone.add(before);
      }
    }
    if (!started) {
      start(now);
    }
    ends(gone, events);
    for (Connection connection : now.values()) {
      newest = Math.max(newest, connection.id());
      if (connection.command() != 0 && !told.contains(connection.id())) {
        if (known.put(connection.id(), connection) == null) {
          events.add(new Event(false, connection));
        }
      }
    }
    return events;
  }

  /** What ended before is history. */
  private void start(Map<Long, Connection> now) throws ManagementException {
    started = true;
    read(
        ended,
        0,
        connection -> {
          newest = Math.max(newest, connection.id());
          remember(connection.id());
        });
    first = now.keySet().stream().min(Comparator.naturalOrder()).orElse(newest + 1);
  }

  private void ends(List<Connection> gone, List<Event> events) throws ManagementException {
    long from = Math.max(newest - LATE_IDS, first - 1);
    for (Connection connection : gone) {
      from = Math.min(from, connection.id() - 1);
    }
    Map<Long, Connection> over = new TreeMap<>();
    read(ended, Math.max(0, from), connection -> over.put(connection.id(), connection));
    for (Connection before : gone) {
      Connection end = over.get(before.id());
      if (end != null || !awaited.add(before.id())) { // the journal may be past it
        known.remove(before.id());
        awaited.remove(before.id());
        end(end != null ? end : before, events);
      }
    }
    for (Connection connection : over.values()) {
      newest = Math.max(newest, connection.id());
      if (connection.id() >= first && !told.contains(connection.id())) {
        known.remove(connection.id()); // it ended between the two lists
        end(connection, events);
      }
    }
  }

  private void end(Connection connection, List<Event> events) {
    remember(connection.id());
    events.add(new Event(true, connection));
  }

  private void remember(long id) {
    told.add(id);
    if (told.size() > REMEMBERED_ENDS) {
      told.remove(told.iterator().next());
    }
  }

  private interface Seen {
    void take(Connection connection);
  }

  /** All pages, from behind an ID. */
  private static void read(Pages pages, long after, Seen seen) throws ManagementException {
    long last = after;
    List<Connection> page = pages.after(last);
    while (!page.isEmpty()) {
      page.forEach(seen::take);
      last = page.getLast().id();
      page = pages.after(last);
    }
  }
}
