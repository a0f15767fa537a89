package dev.argyle.server.dial;

import dev.argyle.server.config.FileStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The contents of a small text file of the system, read again when it has changed. Any thread asks,
 * and never waits: another thread looks for changes, at most once a second and only while somebody
 * asks, and until then the old contents hold. A missing file counts as empty.
 */
class WatchedFile<T> {

  /** A larger file is not read, which is logged. */
  static final long MAX_OCTETS = 16L * 1024 * 1024;

  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);

  private final Path path;
  private final Function<List<String>, T> parser;
  private final Executor reader;
  private final LongSupplier clockNanos;
  private final AtomicLong nextCheckNanos;
  private volatile T contents;
  private @Nullable FileStamp stamp; // read() alone uses it
  private boolean complained;

  /**
   * Reads the file for the first time, here and now.
   *
   * @param parser gets the lines
   * @param reader where files are read later
   */
  WatchedFile(
      Path path, Function<List<String>, T> parser, Executor reader, LongSupplier clockNanos) {
    this.path = path;
    this.parser = parser;
    this.reader = reader;
    this.clockNanos = clockNanos;
    this.nextCheckNanos = new AtomicLong(clockNanos.getAsLong() + CHECK_NANOS);
    this.contents = parser.apply(List.of());
    read();
  }

  T contents() {
    long due = nextCheckNanos.get();
    long now = clockNanos.getAsLong();
    if (now - due >= 0 && nextCheckNanos.compareAndSet(due, now + CHECK_NANOS)) {
      reader.execute(this::read);
    }
    return contents;
  }

  private synchronized void read() {
    try {
      FileStamp found = FileStamp.of(path);
      if (found.isSameAs(stamp)) {
        return;
      }
      if (found.octets() > MAX_OCTETS) {
        stamp = found;
        complain("has " + found.octets() + " bytes, more than " + MAX_OCTETS);
        return;
      }
      contents = parser.apply(found.isMissing() ? List.of() : lines());
      stamp = found; // behind the reading: what fails is tried again
      complained = false;
    } catch (NoSuchFileException beingReplaced) {
      LOG.debug("{} has gone since it was looked at; it is looked at again", path);
    } catch (IOException e) {
      complain(e.toString());
    }
  }

  List<String> lines() throws IOException {
    return Files.readAllLines(path, StandardCharsets.ISO_8859_1);
  }

  private void complain(String why) {
    if (!complained) {
      complained = true;
      LOG.warn("{} cannot be read; its previous content stays in use: {}", path, why);
    }
  }
}
