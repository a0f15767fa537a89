package dev.argyle.server.account;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Times of last connections that are not in the store yet. Shared by threads. Noting one costs no
 * disk access; they are written together, so a crash loses those of about a second.
 */
final class LastConnections implements AutoCloseable {

  /** Names that may wait; a new one beyond it is not noted, and its time stays what it was. */
  static final int MAX_WAITING = 10_000;

  private final AccountStore store;
  private final ConcurrentHashMap<String, Long> waiting = new ConcurrentHashMap<>();
  private final PeriodicWrites writes =
      new PeriodicWrites("the last connection of accounts", this::flush);

  LastConnections(AccountStore store) {
    this.store = store;
  }

  /** Does not block. */
  void note(String name, long whenMillis) {
    if (waiting.size() < MAX_WAITING || waiting.containsKey(name)) {
      waiting.merge(name, whenMillis, Math::max);
      writes.start(() -> {});
    }
  }

  /** An account that was read from the store, with what waits. */
  Account current(Account account) {
    Long time = waiting.get(account.name().text());
    return time == null || time <= account.lastConnectionMillis()
        ? account
        : account.with(time, account.used());
  }

  /**
   * Writes what waits, without waiting for other writers. What cannot be written goes on waiting.
   *
   * @return false: another process is writing
   */
  boolean flush() {
    if (waiting.isEmpty()) {
      return true;
    }
    Map<String, Long> batch = Map.copyOf(waiting);
    boolean written = store.touch(batch);
    if (written) {
      batch.forEach(waiting::remove); // only if it is still that time
    }
    return written;
  }

  /** Writes what waits, for the last time. */
  @Override
  public void close() {
    writes.close();
  }
}
