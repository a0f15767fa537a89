package dev.argyle.server.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * A log whose lines are made and written by a thread of its own: whoever has something to log hands
 * it over, on any thread, and never waits. It may also keep nothing at all.
 *
 * @param <E> what becomes a line
 */
abstract sealed class EventLog<E> implements AutoCloseable permits AccessLog, SecurityLog {
  private final @Nullable LogWriter<E> writer;

  /**
   * @param sink null: nothing is kept
   */
  EventLog(
      String name,
      @Nullable LogSink sink,
      LogWriter.Format<E> format,
      Counters counters,
      int queueLines) {
    this.writer =
        sink == null
            ? null
            : new LogWriter<>(name, sink, format, this::everyRound, counters.shared(), queueLines);
  }

  /** Starts the thread; the last step of opening a log. */
  final void start() {
    if (writer != null) {
      writer.start();
    }
  }

  /** Whether lines are kept. */
  final boolean isOpen() {
    return writer != null;
  }

  /** Hands over what becomes a line; if the queue is full, it is dropped and counted. */
  public final void offer(E event) {
    if (writer != null) {
      writer.offer(event);
    }
  }

  /** Called by the log's thread at least once a second. */
  void everyRound() {}

  /** Opens a file again by its name, soon: it was renamed by logrotate. */
  public final void reopen() {
    if (writer != null) {
      writer.reopen();
    }
  }

  /** Writes what is queued and ends; waits two seconds at most. Later events are dropped. */
  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }
}
