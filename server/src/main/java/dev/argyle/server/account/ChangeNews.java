package dev.argyle.server.account;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries changes from whoever noticed them, perhaps an event loop, to listeners, who may block.
 * Shared by threads. What waits is bounded: {@link AccountBook} tells several times a second, and
 * {@link ChangeWatch} never gives more than {@link ChangeWatch#MAX_AT_ONCE} at once.
 */
final class ChangeNews {

  private static final Logger LOG = LoggerFactory.getLogger(ChangeNews.class);

  private final Queue<UserChange> untold = new ConcurrentLinkedQueue<>();
  private final ReentrantLock telling = new ReentrantLock(); // one at a time, in order
  private final List<Consumer<UserChange>> listeners = new CopyOnWriteArrayList<>();

  void listen(Consumer<UserChange> listener) {
    listeners.add(listener);
  }

  /** Never blocks. */
  void add(UserChange change) {
    if (!listeners.isEmpty()) {
      untold.add(change);
    }
  }

  /** Tells all that waits, on this thread. */
  void tell() {
    telling.lock();
    try {
      for (UserChange change = untold.poll(); change != null; change = untold.poll()) {
        for (Consumer<UserChange> listener : listeners) {
          tell(listener, change);
        }
      }
    } finally {
      telling.unlock();
    }
  }

  private static void tell(Consumer<UserChange> listener, UserChange change) {
    try {
      listener.accept(change);
    } catch (RuntimeException bug) {
      LOG.error("a listener of account changes failed", bug);
    }
  }
}
