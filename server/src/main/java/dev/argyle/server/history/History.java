package dev.argyle.server.history;

import dev.argyle.server.config.FileFailure;
import dev.argyle.server.config.Retention;
import dev.argyle.server.history.HistoryFiles.Bounds;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.SharedCounters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that have ended, on disk. Any thread hands over and searches; the archive's
 * thread writes what was handed over, once a second. What a crash loses is what ended in that
 * second; what a full or broken disk loses is counted, and told once.
 */
public final class History {

  /** The cursor of the first page. */
  public static final long NEWEST = Long.MAX_VALUE;

  /** The most entries of a page. */
  public static final int MAX_PAGE = 1_000;

  /** The folder of the files, in the data directory. */
  public static final String FOLDER = "history";

  /** How long a search may take; then its page ends, also if it is empty. */
  private static final long SEARCH_MILLIS = 1_000;

  /** Searches at once: they are many times larger than what else the server does. */
  private static final int SEARCHES = 2;

  /** Without a dropped entry for so long, dropping is over. */
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  /**
   * A part of the history.
   *
   * @param entries newest first; may be empty although older ones follow
   * @param older the cursor of what follows, or 0 if nothing does
   */
  public record Page(List<HistoryEntry> entries, long older) {
    public Page {
      entries = List.copyOf(entries);
    }
  }

  private final Path folder;
  private final HistoryFiles.Opening opening;
  private final SharedCounters counters;
  private final InstantSource clock;
  private final Pending pending = new Pending();
  private final Semaphore searches = new Semaphore(SEARCHES, true);
  private volatile Retention settings;
  private volatile @Nullable HistoryFiles files; // null: not opened yet, or nothing is kept

  // the archive's thread alone
  private ByteBuffer unwritten = ByteBuffer.allocate(0);
  private final Trouble writing = new Trouble(LOG);
  private final Trouble keepingUp = new Trouble(LOG);
  private long lastDropNanos = System.nanoTime() - CALM_NANOS; // monotonic
  private boolean isCleared;

  /** Opens nothing yet. */
  History(Path folder, Retention settings, SharedCounters counters, InstantSource clock) {
    this(folder, settings, counters, clock, FileChannel::open);
  }

  /**
   * As above.
   *
   * @param opening opens files to be written
   */
  History(
      Path folder,
      Retention settings,
      SharedCounters counters,
      InstantSource clock,
      HistoryFiles.Opening opening) {
    this.folder = folder;
    this.settings = settings;
    this.counters = counters;
    this.clock = clock;
    this.opening = opening;
  }

  /** Other bounds; they are in force with the next write. */
  void settings(Retention next) {
    settings = next;
  }

  /** Whether ended connections are kept. */
  public boolean isKept() {
    return !settings.keep().isZero();
  }

  /**
   * Hands over; never waits.
   *
   * @return whether nothing was waiting before
   */
  boolean add(EndedConnection ended) {
    Retention now = settings;
    return !now.keep().isZero() && pending.put(ended, now.addresses());
  }

  /**
   * Searches; may block for the disk, and for other searches. What ended within the last second may
   * be missing.
   *
   * @param cursor {@link #NEWEST}, or {@link Page#older} of the page before
   * @param limit at most so many, 1 or more, and {@link #MAX_PAGE}
   * @throws HistoryException if the files cannot be read
   */
  public Page search(HistoryQuery query, long cursor, int limit) {
    HistoryFiles opened = files;
    if (opened == null) {
      return new Page(List.of(), 0);
    }
    HistoryQuery young = query.notBefore(clock.millis() - settings.keep().toMillis());
    searches.acquireUninterruptibly();
    try {
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SEARCH_MILLIS);
      return new Search(young, cursor, Math.clamp(limit, 1, MAX_PAGE), until).in(opened.list());
    } catch (IOException failed) {
      throw new HistoryException(folder + ": " + FileFailure.advised(failed), failed);
    } finally {
      searches.release();
    }
  }

  /** Whether anything waits to be written. */
  boolean isWaiting() {
    return pending.isWaiting();
  }

  /** Octets that there may be; 0 if nothing is kept. */
  public long limitOctets() {
    Retention now = settings;
    return now.keep().isZero() ? 0 : now.maxSize();
  }

  /** Octets on disk; 0 if nothing is kept. */
  public long octets() {
    HistoryFiles opened = files;
    return opened == null ? 0 : opened.list().stream().mapToLong(HistoryFile::octets).sum();
  }

  /** The archive's thread: writes what was handed over; returns whether there was anything. */
  boolean write() {
    Retention now = settings;
    boolean any = false;
    try {
      HistoryFiles opened = opened(now);
      if (opened != null) {
        any = write(opened, new Bounds(now.keep(), now.maxSize()));
        writing.works(folder + ": the history is written again");
      }
    } catch (IOException failed) {
      any = true; // to be tried again in a second, not at once
      writing.failed(
          folder
              + ": the history cannot be written: "
              + FileFailure.advised(failed)
              + ". Retrying; some 30,000 entries are kept meanwhile, further ones are dropped and"
              + " counted. Nothing else is affected");
    }
    countDropped();
    return any;
  }

  private boolean write(HistoryFiles opened, Bounds bounds) throws IOException {
    long millis = clock.millis();
    boolean any = false;
    do {
      if (!unwritten.hasRemaining()) {
        unwritten = pending.take();
      }
      any |= unwritten.hasRemaining();
      opened.append(unwritten, millis, bounds);
    } while (pending.isLarge());
    opened.trim(millis, bounds);
    return any;
  }

  /** Null: nothing is kept, and what was kept is removed. */
  private @Nullable HistoryFiles opened(Retention now) throws IOException {
    HistoryFiles opened = files;
    boolean off = now.keep().isZero();
    if (opened == null && (off ? !isCleared && Files.isDirectory(folder) : true)) {
      opened = HistoryFiles.open(folder, opening);
    }
    if (opened != null && off) {
      opened.clear();
      opened = null;
    }
    isCleared = off;
    files = opened;
    return opened;
  }

  private void countDropped() {
    long dropped = pending.takeDropped();
    long now = System.nanoTime();
    if (dropped > 0) {
      lastDropNanos = now;
      counters.add(Counter.HISTORY_DROPPED, dropped);
      keepingUp.failed(
          folder
              + ": more connections end than can be written; the history lacks some, which are"
              + " counted (argyle_history_dropped_total)");
    } else if (now - lastDropNanos >= CALM_NANOS) {
      keepingUp.works(folder + ": the history is complete again");
    }
  }

  /** The archive's thread: deletes all entries of a user; returns how many. */
  long forget(String user) throws IOException {
    HistoryFiles opened = files;
    if (opened == null) {
      return 0;
    }
    write();
    byte[] name = Text.encoded(user);
    return opened.delete(entry -> entry.isUser(name));
  }

  /** The archive's thread: writes the rest. */
  void close() {
    write();
    HistoryFiles opened = files;
    if (opened != null) {
      opened.close();
    }
  }
}
