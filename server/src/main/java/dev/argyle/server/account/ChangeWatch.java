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
 */
final class ChangeWatch implements AutoCloseable {

  /** How late a change may be noticed, and the least time between two calls. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  /** How late where the kernel tells of changes, but not of this one. */
  static final Duration AT_LEAST_EVERY = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(ChangeWatch.class);

  private final Path file;
  private final Runnable onChange;
  private final @Nullable WatchService kernel; // null: there is none
  private final Thread thread;
  private volatile boolean closed;

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
    while (!closed) {
      try {
        if (isWritten()) {
          onChange.run();
          Thread.sleep(INTERVAL); // what is written meanwhile is told together
        }
      } catch (InterruptedException | ClosedWatchServiceException end) {
        return;
      }
    }
  }

  /** Waits. Whether to call back. */
  private boolean isWritten() throws InterruptedException {
    if (kernel == null) {
      return true;
    }
    WatchKey key = kernel.poll(AT_LEAST_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    if (key == null) {
      return true;
    }
    boolean ours = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      ours |= isOurs(event);
    }
    key.reset();
    return ours;
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
