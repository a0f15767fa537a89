package dev.argyle.server.telemetry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The access log: one line a request at its connection's end, and one for every credential found.
 * Any thread offers and never waits; lines are made and written by the log's own thread.
 */
public final class AccessLog implements AutoCloseable {

  /** How a line looks. */
  public enum Format {
    /** Fields between tabs, as socks5d(8) begins them. */
    TAB,
    /** One JSON object a line. */
    JSON
  }

  private final @Nullable LogWriter<AccessEntry> writer;

  private AccessLog(@Nullable LogWriter<AccessEntry> writer) {
    this.writer = writer;
  }

  /**
   * Opens the log and starts its thread.
   *
   * @throws IOException if a file cannot be opened for appending
   */
  public static AccessLog open(LogDestination destination, Format format, Counters counters)
      throws IOException {
    return open(destination, format, counters, LogWriter.QUEUE_LINES);
  }

  static AccessLog open(
      LogDestination destination, Format format, Counters counters, int queueLines)
      throws IOException {
    LogSink sink = LogSink.open(destination);
    if (sink == null) {
      return none();
    }
    LogWriter.Format<AccessEntry> line =
        switch (format) {
          case TAB -> new TabLine();
          case JSON -> new JsonLine();
        };
    LogWriter<AccessEntry> writer =
        new LogWriter<>("access log", sink, line, () -> {}, counters.shared(), queueLines);
    writer.start();
    return new AccessLog(writer);
  }

  /** A log that keeps nothing. */
  public static AccessLog none() {
    return new AccessLog(null);
  }

  /** Hands over what becomes a line; if the queue is full, it is dropped and counted. */
  public void offer(AccessEntry entry) {
    if (writer != null) {
      writer.offer(entry);
    }
  }

  /** Opens a file again by its name, soon: it was renamed by logrotate. */
  public void reopen() {
    if (writer != null) {
      writer.reopen();
    }
  }

  /** Writes what is queued and ends; waits two seconds at most. Later entries are dropped. */
  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }
}
