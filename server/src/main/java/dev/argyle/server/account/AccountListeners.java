package dev.argyle.server.account;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes events from the thread that found them, perhaps an event loop, to listeners, which may
 * block. Shared by threads. The queue is bounded in effect: {@link AccountBook} empties it several
 * times a second, and {@link ChangeLog} adds at most {@link ChangeLog#MAX_AT_ONCE} at once.
 */
final class AccountListeners {

  private static final Logger LOG = LoggerFactory.getLogger(AccountListeners.class);

  private final List<Consumer<AccountEvent>> listeners = new CopyOnWriteArrayList<>();
  private final Queue<AccountEvent> waiting = new ConcurrentLinkedQueue<>();

  void add(Consumer<AccountEvent> listener) {
    listeners.add(listener);
  }

  /** Queues an event for {@link #callAll}. Never blocks. */
  void queue(AccountEvent event) {
    if (!listeners.isEmpty()) {
      waiting.add(event);
    }
  }

  /** Calls the listeners, on this thread, with every event that waits: one at a time, in order. */
  synchronized void callAll() {
    for (AccountEvent event = waiting.poll(); event != null; event = waiting.poll()) {
      for (Consumer<AccountEvent> listener : listeners) {
        call(listener, event);
      }
    }
  }

  private static void call(Consumer<AccountEvent> listener, AccountEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException bug) {
      LOG.error("a listener of account events failed", bug);
    }
  }
}
