package dev.argyle.server.history;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SharedCounters;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * What users have used and the store does not know yet. Any thread adds, one takes. Bounded; what
 * finds no room is not added, and counted.
 */
final class UsageSums implements LiveConnection.UsageSink {

  /** Users and days that may wait. They are taken every few seconds, unless the disk fails. */
  static final int MAX_WAITING = 200_000;

  /**
   * Whose, and of which day.
   *
   * @param day since 1970-01-01, UTC
   * @param user in text form
   */
  record Key(int day, String user) {}

  private final ConcurrentHashMap<Key, Amount> sums = new ConcurrentHashMap<>();
  private final SharedCounters counters;
  private final InstantSource clock;

  UsageSums(SharedCounters counters, InstantSource clock) {
    this.counters = counters;
    this.clock = clock;
  }

  /** The day of a time. */
  static int day(long millis) {
    return (int) Math.floorDiv(millis, TimeUnit.DAYS.toMillis(1));
  }

  @Override
  public void add(String user, long up, long down, int connections) {
    add(new Key(day(clock.millis()), user), new Amount(up, down, connections));
  }

  private void add(Key key, Amount amount) {
    if (sums.size() < MAX_WAITING || sums.containsKey(key)) {
      sums.merge(key, amount, Amount::plus);
    } else {
      counters.increment(Counter.USAGE_DROPPED);
    }
  }

  /** Takes all; what is added meanwhile may be among them, or is taken the next time. */
  Map<Key, Amount> take() {
    Map<Key, Amount> taken = new HashMap<>();
    for (Key key : sums.keySet()) {
      Amount amount = sums.remove(key);
      if (amount != null) {
        taken.put(key, amount);
      }
    }
    return taken;
  }

  /** What was taken could not be stored. */
  void giveBack(Map<Key, Amount> taken) {
    taken.forEach(this::add);
  }
}
