package dev.argyle.server.telemetry;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Every connection that is open, by number. Any thread may call anything.
 *
 * <p>Theory: numbers ascend, so number modulo {@value #STRIPES} spreads neighbours over stripes and
 * the rest of the number spreads a stripe's connections over its buckets without hashing. A stripe
 * is a small chained table under its own lock; the chain goes through the connections themselves,
 * so opening and closing allocate nothing here but a table that grows. A reader holds one stripe's
 * lock at a time: a loop waits for a walk over a 64th of the connections at most.
 *
 * <p>Bounded by {@code max-connections}, which admission holds.
 */
public final class ConnectionTable {
  private static final int STRIPES = 64;
  private static final int STRIPE_BITS = Integer.numberOfTrailingZeros(STRIPES);
  private static final int SMALLEST = 4;

  private final AtomicLong lastId = new AtomicLong();
  private final Concurrency concurrency = new Concurrency();
  private final Stripe[] stripes = new Stripe[STRIPES];

  /** An empty table. */
  public ConnectionTable() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  /**
   * Enters a connection that was just accepted.
   *
   * @param startMillis milliseconds since 1970
   */
  public LiveConnection open(
      InetAddress client, int clientPort, long startMillis, LiveConnection.Owner owner) {
    long id = lastId.incrementAndGet();
    LiveConnection connection = new LiveConnection(id, startMillis, client, clientPort, owner);
    concurrency.opened();
    stripe(id).add(connection);
    return connection;
  }

  /** Takes a connection out; false if it was out already, so that an end is told only once. */
  boolean close(LiveConnection connection) {
    boolean removed = stripe(connection.id()).remove(connection);
    if (removed) {
      concurrency.closed();
    }
    return removed;
  }

  /** The open connection of this number, or null. */
  public @Nullable LiveConnection find(long id) {
    return id <= 0 ? null : stripe(id).find(id);
  }

  /**
   * A page, ascending by number.
   *
   * @param after only greater numbers; 0 for the first page
   * @param limit at most so many, 1 or more
   * @param filter runs under a lock of the table: short, and must not call back
   */
  public List<LiveConnection> page(long after, int limit, Predicate<LiveConnection> filter) {
    Comparator<LiveConnection> ascending = Comparator.comparingLong(LiveConnection::id);
    PriorityQueue<LiveConnection> smallest = new PriorityQueue<>(ascending.reversed());
    forEach(
        connection -> {
          if (connection.id() > after && filter.test(connection)) {
            smallest.add(connection);
            if (smallest.size() > limit) {
              smallest.poll();
            }
          }
        });
    List<LiveConnection> page = new ArrayList<>(smallest);
    page.sort(ascending);
    return page;
  }

  /** A page of all connections; see {@link #page(long, int, Predicate)}. */
  public List<LiveConnection> page(long after, int limit) {
    return page(after, limit, connection -> true);
  }

  /** All open connections of a user, ascending by number. */
  public List<LiveConnection> of(String user) {
    return page(0, Integer.MAX_VALUE, connection -> user.equals(connection.user()));
  }

  /** How many connections a user has open. */
  public int countOf(String user) {
    int[] count = {0};
    forEach(
        connection -> {
          if (user.equals(connection.user())) {
            count[0]++;
          }
        });
    return count[0];
  }

  /** The users that have connections open, by name, and how many each. */
  public Map<String, Integer> users() {
    Map<String, Integer> users = new TreeMap<>();
    forEach(
        connection -> {
          String user = connection.user();
          if (user != null) {
            users.merge(user, 1, Integer::sum);
          }
        });
    return users;
  }

  /** How many are open, and the most that were. */
  public Concurrency concurrency() {
    return concurrency;
  }

  private void forEach(Consumer<LiveConnection> action) {
    for (Stripe stripe : stripes) {
      stripe.forEach(action);
    }
  }

  private Stripe stripe(long id) {
    return stripes[(int) (id & (STRIPES - 1))];
  }

  /** One part of the table; every field under its own monitor. */
  private static final class Stripe {
    private @Nullable LiveConnection[] buckets = new LiveConnection[SMALLEST];
    private int size;

    synchronized void add(LiveConnection connection) {
      if (size == buckets.length) {
        resize(buckets.length * 2);
      }
      link(connection);
      size++;
    }

    synchronized boolean remove(LiveConnection connection) {
      int bucket = bucket(connection.id());
      LiveConnection before = null;
      LiveConnection here = buckets[bucket];
      while (here != null && here != connection) {
        before = here;
        here = here.next;
      }
      if (here == null) {
        return false;
      }
      if (before == null) {
        buckets[bucket] = here.next;
      } else {
        before.next = here.next;
      }
      here.next = null;
      size--;
      if (size < buckets.length / 8 && buckets.length > SMALLEST) {
        resize(buckets.length / 2);
      }
      return true;
    }

    synchronized @Nullable LiveConnection find(long id) {
      LiveConnection here = buckets[bucket(id)];
      while (here != null && here.id() != id) {
        here = here.next;
      }
      return here;
    }

    synchronized void forEach(Consumer<LiveConnection> action) {
      for (LiveConnection first : buckets) {
        for (LiveConnection here = first; here != null; here = here.next) {
          action.accept(here);
        }
      }
    }

    private void resize(int length) {
      @Nullable LiveConnection[] old = buckets;
      buckets = new LiveConnection[length];
      for (LiveConnection first : old) {
        LiveConnection here = first;
        while (here != null) {
          LiveConnection following = here.next;
          link(here);
          here = following;
        }
      }
    }

    private void link(LiveConnection connection) {
      int bucket = bucket(connection.id());
      connection.next = buckets[bucket];
      buckets[bucket] = connection;
    }

    private int bucket(long id) {
      return (int) (id >>> STRIPE_BITS) & (buckets.length - 1);
    }
  }
}
