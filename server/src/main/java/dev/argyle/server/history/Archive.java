package dev.argyle.server.history;

import dev.argyle.server.config.FileFailure;
import dev.argyle.server.config.Retention;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndListener;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SharedCounters;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stays on disk of the past, and the thread that writes it: the {@link History} once a second,
 * if there is anything, and the {@link Usage} every {@value Usage#PERIOD_MILLIS} ms. The files are
 * opened by that thread, so a start does not wait for them. Whatever fails on disk, nobody waits
 * for it.
 */
public final class Archive implements EndListener, AutoCloseable {

  /** How long what has ended waits to be written with what follows. */
  static final long WRITE_MILLIS = 1_000;

  /** How long closing may take. */
  private static final Duration CLOSE = Duration.ofSeconds(2);

  /** How long who wants something deleted waits for it. */
  private static final int FORGET_SECONDS = 60;

  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private final History history;
  private final Usage usage;
  private final SharedCounters counters;
  private final Thread thread;
  private final ConcurrentLinkedQueue<FutureTask<?>> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean asleep;
  private volatile boolean closing;
  private boolean bugTold;

  /**
   * Opens nothing yet, but takes what ends from now on.
   *
   * @param exists whether there is an account of a name; may block, and may throw
   */
  public Archive(
      Path data,
      Retention settings,
      Telemetry telemetry,
      InstantSource clock,
      Predicate<UserName> exists) {
    this.counters = telemetry.counters().shared();
    this.history = new History(data.resolve(History.FOLDER), settings, counters, clock);
    this.usage =
        new Usage(
            data.resolve(Usage.FILE),
            settings,
            telemetry.connections(),
            counters,
            clock,
            exists,
            Usage.MAX_OCTETS);
    this.thread = Thread.ofPlatform().daemon().name("history").unstarted(this::run);
    telemetry.onEnd(this);
  }

  /** Starts the thread; once. */
  public void start() {
    thread.start();
  }

  public History history() {
    return history;
  }

  public Usage usage() {
    return usage;
  }

  /** Who hears of changed accounts tells it. */
  public Persons persons() {
    return usage.persons();
  }

  /** Any thread: counts what passed on open connections since the last time. */
  public void collectUsage() {
    usage.addOpen();
  }

  /** Other bounds, from the next write on. */
  public void settings(Retention next) {
    history.settings(next);
    usage.settings(next);
    LockSupport.unpark(thread);
  }

  @Override
  public void ended(LiveConnection connection, EndedConnection ended) {
    usage.add(connection);
    if (history.add(ended) && asleep) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Deletes what is kept of a user, by text form: entries of the history, and usage, also of
   * removed accounts of that name. Blocks until it is done.
   *
   * @throws HistoryException if that fails, so that some may be left
   */
  public Forgotten forget(String user) {
    return onThread(() -> new Forgotten(history.forget(user), usage.forget(user)), FORGET_SECONDS);
  }

  /** What was deleted. */
  public record Forgotten(long entries, long days) {}

  private <T> T onThread(Callable<T> work, int seconds) {
    if (!thread.isAlive()) {
      throw new HistoryException("the server starts or stops; try again", null);
    }
    FutureTask<T> task = new FutureTask<>(work);
    tasks.add(task);
    LockSupport.unpark(thread);
    try {
      return task.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw failure(failed.getCause());
    } catch (TimeoutException late) {
      throw new HistoryException("the disk is too slow; it goes on", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new HistoryException("interrupted", interrupted);
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException io -> new HistoryException(FileFailure.advised(io), io);
      case SQLException sql -> new HistoryException(String.valueOf(sql.getMessage()), sql);
      case RuntimeException bug -> bug;
      case null, default -> new IllegalStateException(cause);
    };
  }

  private void run() {
    long usageDue = System.nanoTime();
    while (!closing) {
      boolean wrote = false;
      try {
        wrote = history.write();
        if (System.nanoTime() - usageDue >= 0) {
          usage.write();
          usageDue = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Usage.PERIOD_MILLIS);
        }
        runTasks();
      } catch (RuntimeException bug) { // the thread outlives it
        told(bug);
      }
      pause(wrote);
    }
    try {
      usage.write();
      history.close();
      usage.close();
    } catch (RuntimeException bug) {
      told(bug);
    }
  }

  private void runTasks() {
    for (FutureTask<?> task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void told(RuntimeException bug) {
    counters.increment(Counter.BUGS);
    if (!bugTold) {
      bugTold = true;
      LOG.error("The history failed; further bugs of it are counted but not logged", bug);
    }
  }

  /** What came since the last look is written after a second; what comes later, at once. */
  private void pause(boolean wrote) {
    if (wrote) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(WRITE_MILLIS));
      return;
    }
    asleep = true;
    if (!history.isWaiting() && tasks.isEmpty() && !closing) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(Usage.PERIOD_MILLIS));
    }
    asleep = false;
  }

  /** Writes the rest, and closes the files. */
  @Override
  public void close() {
    closing = true;
    if (thread.getState() == Thread.State.NEW) {
      return; // the server did not start
    }
    LockSupport.unpark(thread);
    try {
      if (!thread.join(CLOSE)) {
        LOG.error("the last entries of the history and the usage could not be written in time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
