package dev.argyle.server.telemetry;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every connection that is open, sorted by number. Any thread may call anything, and none waits for
 * another: what opens or closes while a page is read may be in it or not.
 *
 * <p>Bounded by {@code max-connections}, which admission holds.
 */
public final class ConnectionTable {
  private final AtomicLong lastId = new AtomicLong();
  private final Concurrency concurrency = new Concurrency();
  private final ConnectionBlocks open = new ConnectionBlocks();

  /**
   * Enters a connection that was just accepted.
   *
   * @param startMillis milliseconds since 1970, for people
   * @param startNanos by {@link System#nanoTime}: how long it lasts is counted from there
   */
  public LiveConnection open(
      InetAddress client,
      int clientPort,
      long startMillis,
      long startNanos,
      LiveConnection.Owner owner) {
    long id = lastId.incrementAndGet();
    LiveConnection connection =
        new LiveConnection(id, startMillis, startNanos, client, clientPort, owner);
    concurrency.opened();
    open.put(connection);
    return connection;
  }

  /** As above, by one clock for both. */
  public LiveConnection open(
      InetAddress client, int clientPort, long startMillis, LiveConnection.Owner owner) {
    return open(client, clientPort, startMillis, TimeUnit.MILLISECONDS.toNanos(startMillis), owner);
  }

  /** Takes a connection out; false if it was out already, so that an end is told only once. */
  boolean close(LiveConnection connection) {
    boolean removed = open.remove(connection);
    if (removed) {
      concurrency.closed();
    }
    return removed;
  }

  /** The open connection of this number, or null. */
  public @Nullable LiveConnection find(long id) {
    return open.get(id);
  }

  /**
   * A page, ascending by number; costs what it walks, not what the table holds.
   *
   * @param after only greater numbers; 0 for the first page
   * @param limit at most so many, 1 or more
   */
  public List<LiveConnection> page(long after, int limit, Predicate<LiveConnection> filter) {
    return open.after(after).filter(filter).limit(limit).toList();
  }

  /** A page of all connections; see {@link #page(long, int, Predicate)}. */
  public List<LiveConnection> page(long after, int limit) {
    return page(after, limit, connection -> true);
  }

  /** Walks all, ascending by number, without a list of them. */
  public void forEach(Consumer<LiveConnection> action) {
    open.forEach(action);
  }

  /** The greatest number that was given; 0: none yet. */
  public long newest() {
    return lastId.get();
  }

  /** All open connections of a user, ascending by number. Walks all, as do the next two. */
  public List<LiveConnection> of(String user) {
    return page(0, Integer.MAX_VALUE, connection -> user.equals(connection.user()));
  }

  /** How many connections a user has open. */
  public int countOf(String user) {
    return of(user).size();
  }

  /** The users that have connections open, by name. */
  public Set<String> users() {
    return open.after(0)
        .map(LiveConnection::user)
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** How many are open, and the most that were. */
  public Concurrency concurrency() {
    return concurrency;
  }
}
