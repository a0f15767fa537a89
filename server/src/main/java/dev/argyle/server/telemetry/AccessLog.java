package dev.argyle.server.telemetry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The access log: one line per request, at its connection's end, and one per credential found. */
public final class AccessLog extends EventLog<AccessEntry> {

  /** How a line looks. */
  public enum Format {
    /** Fields between tabs, as socks5d(8) begins them. */
    TAB,
    /** One JSON object a line. */
    JSON
  }

  private AccessLog(@Nullable LogSink sink, Format format, Counters counters, int queueLines) {
    LogWriter.Format<AccessEntry> line =
        switch (format) {
          case TAB -> new TabFormat();
          case JSON -> new JsonFormat();
        };
    super("access log", sink, line, counters, queueLines);
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
    AccessLog log = new AccessLog(LogSink.open(destination), format, counters, queueLines);
    log.start();
    return log;
  }

  /** A log that keeps nothing. */
  public static AccessLog none() {
    return new AccessLog(null, Format.TAB, new Counters(), 1);
  }
}
