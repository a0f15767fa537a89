package dev.argyle.server.account;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Times of last connections that are not in the store yet. Shared by threads. Noting one costs no
 * disk access; they are written together, so a crash loses those of about a second.
 */
final class LastConnections {

  /** Names that may wait; a new one beyond it is not noted, and its time stays what it was. */
  static final int MAX_WAITING = 10_000;

  private final ConcurrentHashMap<String, Long> waiting = new ConcurrentHashMap<>();

  void note(String name, long whenMillis) {
    if (waiting.size() < MAX_WAITING || waiting.containsKey(name)) {
      waiting.merge(name, whenMillis, Math::max);
    }
  }

  /** Milliseconds since 1970; null: nothing waits for this name. */
  @Nullable Long get(String name) {
    return waiting.get(name);
  }

  /** Writes what waits. What cannot be written goes on waiting. */
  void flush(AccountStore store) {
    if (waiting.isEmpty()) {
      return;
    }
    Map<String, Long> batch = Map.copyOf(waiting);
    store.touch(batch);
    batch.forEach(waiting::remove); // only if it is still that time
  }
}
