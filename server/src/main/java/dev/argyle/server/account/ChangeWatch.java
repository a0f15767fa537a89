package dev.argyle.server.account;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back when somebody, in this process or another, has written to the database's files. On
 * Linux the kernel tells of that (inotify), so that nothing happens while nobody writes; every few
 * seconds it calls back regardless, for a file system that does not tell. Elsewhere, or without
 * inotify, it calls back five times a second.
 *
 * <p>The kernel tells of a transaction's octets, and not of the commit that makes them visible: the
 * writer syncs the file in between, and the commit is in shared memory. So after a write it calls
 * back again and again, each time after twice as long: a commit is noticed at the latest when as
 * much time has passed after it as between the octets and it.
 */
final class ChangeWatch implements AutoCloseable {

  /** How late a change may be noticed whose commit is quick; the least time between two calls. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  /** How late where the kernel tells of changes, but not of this one. */
  static final Duration AT_LEAST_EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ChangeWatch.class);

  private final Path file;
  private final Runnable onChange;
  private final @Nullable WatchService kernel; // null: there is none
  private final Thread thread;
  private volatile boolean closed;
  private long writtenNanos; // the watch's thread alone

  private ChangeWatch(Path file, @Nullable WatchService kernel, Runnable onChange) {
    this.file = file;
    this.kernel = kernel;
    this.onChange = onChange;
    this.thread = Thread.ofPlatform().daemon().name("account changes").unstarted(this::run);
  }

  /**
   * Starts it.
   *
   * @param file the database; the names of its other files begin with its own
   * @param onChange called by this watch's thread, and too often rather than too seldom; must not
   *     throw
   */
  static ChangeWatch start(Path file, Runnable onChange) {
    ChangeWatch watch = new ChangeWatch(file, kernel(file), onChange);
    watch.thread.start();
    return watch;
  }

  private static @Nullable WatchService kernel(Path file) {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return null; // the JDK would look every few seconds
    }
    Path directory = file.toAbsolutePath().getParent();
    try {
      WatchService service = file.getFileSystem().newWatchService();
      if (directory != null) {
        directory.register(
            service, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
      }
      return service;
    } catch (IOException | UnsupportedOperationException none) { // all inotify instances are taken
      LOG.debug("changed accounts are looked for five times a second", none);
      return null;
    }
  }

  private void run() {
    writtenNanos = System.nanoTime(); // perhaps, before anybody watched
    while (!closed) {
      try {
        if (kernel != null && isWritten(kernel, pauseNanos())) {
          writtenNanos = System.nanoTime();
        }
        onChange.run();
        Thread.sleep(INTERVAL); // what is written meanwhile is told together
      } catch (InterruptedException | ClosedWatchServiceException end) {
        return;
      }
    }
  }

  /** Until the next call, if nothing is written: twice as long after the last write as now. */
  private long pauseNanos() {
    long quiet = System.nanoTime() - writtenNanos;
    return Math.clamp(quiet - INTERVAL.toNanos(), 0, AT_LEAST_EVERY.toNanos());
  }

  /** Waits so long at most, whatever is written to other files. Whether it was one of ours. */
  private boolean isWritten(WatchService changes, long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    boolean ours = false;
    while (!ours) {
      WatchKey key = changes.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (key == null) {
        return false;
      }
      for (WatchEvent<?> event : key.pollEvents()) {
        ours |= isOurs(event);
      }
      key.reset();
    }
    return true;
  }

  private boolean isOurs(WatchEvent<?> event) {
    return !(event.context() instanceof Path changed) // an overflow
        || changed.toString().startsWith(String.valueOf(file.getFileName()));
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (kernel != null) {
      try {
        kernel.close();
      } catch (IOException ignored) {
        LOG.debug("inotify", ignored);
      }
    }
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
