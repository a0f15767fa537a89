package dev.argyle.server.account;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times of last connections that are not in the store yet. Shared by threads. Noting one costs no
 * disk access; they are written together, so a crash loses those of about a second.
 */
final class LastConnections implements AutoCloseable {

  /** How long a time may wait to be written, with those that follow. */
  static final long FLUSH_MILLIS = 1_000;

  /** Names that may wait; a new one beyond it is not noted, and its time stays what it was. */
  static final int MAX_WAITING = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(AccountBook.class);

  private final AccountStore store;
  private final Complaint complaint;
  private final ConcurrentHashMap<String, Long> waiting = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("accounts").factory());
  private final AtomicBoolean flushIsDue = new AtomicBoolean();

  LastConnections(AccountStore store, Complaint complaint) {
    this.store = store;
    this.complaint = complaint;
  }

  /** Does not block. */
  void note(String name, long whenMillis) {
    if (waiting.size() < MAX_WAITING || waiting.containsKey(name)) {
      waiting.merge(name, whenMillis, Math::max);
      flushLater();
    }
  }

  /** An account that was read from the store, with what waits. */
  Account current(Account account) {
    Long time = waiting.get(account.name().text());
    return time == null || time <= account.lastConnectionMillis()
        ? account
        : account.with(time, account.used());
  }

  private void flushLater() {
    if (flushIsDue.compareAndSet(false, true)) {
      try {
        timer.schedule(this::flushNow, FLUSH_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closed) {
        LOG.debug("closing writes the rest", closed);
      }
    }
  }

  private void flushNow() {
    flushIsDue.set(false); // first: what is noted from now on may miss this round
    complaint.runs(this::flush);
    if (!waiting.isEmpty()) {
      flushLater(); // another process is writing, or the store fails
    }
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
    timer.shutdownNow();
    timer.close();
    try {
      if (!flush()) {
        LOG.warn("times of last connections were not saved: another process is writing");
      }
    } catch (AccountStoreException failed) {
      LOG.warn("times of last connections were not saved: {}", failed.getMessage());
    }
  }
}
