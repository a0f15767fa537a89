package dev.argyle.server.telemetry;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Lines that are text already, each with its newline. */
public final class LineLog extends EventLog<String> {

  /** Lines that may wait; a stack trace counts as one. Further ones are dropped and counted. */
  static final int QUEUE_LINES = 1_024;

  private LineLog(String name, @Nullable LogSink sink, Counters counters) {
    super(name, sink, (line, out) -> out.append(line), counters, QUEUE_LINES);
  }

  /**
   * Opens the log and starts its thread.
   *
   * @param name for people and for the thread
   * @throws IOException if a file cannot be opened for appending
   */
  public static LineLog open(String name, LogDestination destination, Counters counters)
      throws IOException {
    LineLog log = new LineLog(name, LogSink.open(destination), counters);
    log.start();
    return log;
  }
}
