package dev.argyle.server.account;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes about once a second what waits in memory, on a virtual thread of its own, and for the last
 * time when it is closed. A write that fails is tried again a second later: the first failure is
 * logged, and so is the end of it. Safe for any thread.
 */
final class PeriodicWrites implements AutoCloseable {

  /** How long anything may wait to be written: what a crash may lose. */
  static final long EVERY_MILLIS = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(AccountBook.class);

  private final String what;
  private final BooleanSupplier write;
  private final long everyMillis;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean started = new AtomicBoolean();
  private boolean failing; // the timer's thread alone

  /**
   * @param what one thing, for the log
   * @param write writes what waits, and waits for no other writer; what it cannot write goes on
   *     waiting. False: another process is writing. Throws {@link AccountStoreException} if the
   *     database fails
   */
  PeriodicWrites(String what, BooleanSupplier write) {
    this(what, write, EVERY_MILLIS);
  }

  PeriodicWrites(String what, BooleanSupplier write, long everyMillis) {
    this.what = what;
    this.write = write;
    this.everyMillis = everyMillis;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name(what).factory());
  }

  /**
   * Begins to write. Does not block, and does nothing if it has begun or was closed.
   *
   * @param before run before each write but the last one
   */
  void start(Runnable before) {
    if (started.get() || !started.compareAndSet(false, true)) {
      return;
    }
    try {
      timer.scheduleWithFixedDelay(
          () -> write(before), everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("closing writes the rest", closed);
    }
  }

  private void write(Runnable before) {
    try {
      before.run();
      if (write.getAsBoolean() && failing) {
        failing = false;
        LOG.warn("{} is written again; nothing of it was lost", what);
      }
    } catch (RuntimeException failed) { // the timer outlives it
      if (!failing) {
        failing = true;
        LOG.warn(
            "{} cannot be written: {}. Retrying every second; meanwhile it is kept in memory, so"
                + " that lists and quotas are right",
            what,
            failed.getMessage());
      }
    }
  }

  /** Writes what waits, for the last time. */
  @Override
  public void close() {
    timer.shutdownNow();
    timer.close();
    try {
      if (!write.getAsBoolean()) {
        LOG.warn("{} was not saved: another process is writing", what);
      }
    } catch (AccountStoreException failed) {
      LOG.warn("{} was not saved: {}", what, failed.getMessage());
    }
  }
}
