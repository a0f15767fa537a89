package dev.argyle.server.history;

import dev.argyle.wire.UserName;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the usage with its person while accounts are renamed and removed. Any thread tells of that;
 * the archive's thread applies it, before it stores what was used since. Connections of the old
 * name end a little later: for some seconds what they used is that person's.
 */
public final class Persons {

  /** Changes that may wait; beyond it every name is looked at instead. */
  private static final int MAX_WAITING = 10_000;

  /** For so long a name that was given up stands for who had it. */
  static final long DEPARTURE_MILLIS = 10_000;

  /** Names that are looked at in one round. */
  private static final int AT_ONCE = 5_000;

  /**
   * A change; names in text form.
   *
   * @param newName null: removed
   */
  private record Change(String name, @Nullable String newName) {}

  private record Departed(long person, long untilMillis) {}

  private final Predicate<UserName> exists;
  private final InstantSource clock;
  private final ConcurrentLinkedQueue<Change> changes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean looksAtAll;

  // the archive's thread alone
  private final Map<String, Departed> departed = new HashMap<>();
  private long lookedAt; // the last person, while all are looked at

  Persons(Predicate<UserName> exists, InstantSource clock) {
    this.exists = exists;
    this.clock = clock;
  }

  /** An account was renamed; never waits. */
  public void renamed(String name, String newName) {
    add(new Change(name, newName));
  }

  /** An account was removed; never waits. */
  public void removed(String name) {
    add(new Change(name, null));
  }

  /** Accounts were changed, and nobody knows which; never waits. */
  public void lookAtAll() {
    looksAtAll = true;
  }

  private void add(Change change) {
    if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      lookAtAll();
    } else {
      changes.add(change);
    }
  }

  /** Applies what waits; what fails goes on waiting. */
  void apply(UsageStore store) throws SQLException {
    long now = clock.millis();
    departed.values().removeIf(one -> now >= one.untilMillis());
    for (Change change = changes.peek(); change != null; change = changes.peek()) {
      apply(change, store, now);
      changes.remove();
      waiting.decrementAndGet();
    }
    if (looksAtAll) {
      looksAtAll = false;
      lookedAt = 1;
    }
    if (lookedAt > 0) {
      lookAtSome(store, now);
    }
  }

  private void apply(Change change, UsageStore store, long now) throws SQLException {
    String newName = change.newName();
    Long person;
    if (newName == null) {
      person = store.remove(change.name(), now);
    } else {
      person = store.rename(change.name(), newName, now);
      departed.remove(newName);
    }
    if (person != null) {
      departed.put(change.name(), new Departed(person, now + DEPARTURE_MILLIS));
    }
  }

  /** Who has no account any more was removed while nobody listened. */
  private void lookAtSome(UsageStore store, long now) throws SQLException {
    long[] last = {lookedAt};
    List<String> names = store.names(lookedAt - 1, AT_ONCE, last);
    for (String name : names) {
      if (!mayExist(name)) {
        store.remove(name, now);
      }
    }
    lookedAt = names.size() < AT_ONCE ? 0 : last[0] + 1;
  }

  private boolean mayExist(String name) {
    try {
      return exists.test(UserName.of(name));
    } catch (RuntimeException unknown) { // the accounts cannot be read now
      return true;
    }
  }

  /** Who is meant by names that were given up just now. */
  Map<String, Long> departed() {
    Map<String, Long> persons = new HashMap<>();
    departed.forEach((name, one) -> persons.put(name, one.person()));
    return persons;
  }
}
