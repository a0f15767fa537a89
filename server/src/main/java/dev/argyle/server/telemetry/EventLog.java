package dev.argyle.server.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * A log whose lines are made and written by a thread of its own: whoever has something to log hands
 * it over, on any thread, and never waits. It may also keep nothing at all.
 *
 * @param <E> what becomes a line
 */
abstract sealed class EventLog<E> implements AutoCloseable permits AccessLog, SecurityLog, LineLog {
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
            : new LogWriter<>(name, sink, format, this::offerDue, counters.shared(), queueLines);
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

  /** What is offered and not written yet; any thread. */
  public final int waiting() {
    return writer == null ? 0 : writer.waiting();
  }

  /** How much may wait. */
  public final int capacity() {
    return writer == null ? 0 : writer.capacity();
  }

  /** As {@link LogWriter.Round}. */
  boolean offerDue() {
    return false;
  }

  /** After closing: whether everything was written; false: the destination takes nothing. */
  public final boolean isWritten() {
    return writer == null || writer.isFinished();
  }

  /** Opens a file again by its name, soon: it was renamed by logrotate. */
  public final void reopen() {
    if (writer != null) {
      writer.reopen();
    }
  }

  /** Begins to close it: what is queued will be written, later events are dropped. */
  public void finish() {
    if (writer != null) {
      writer.finish();
    }
  }

  /** Writes what is queued and ends, within two seconds of {@link #finish} or of this call. */
  @Override
  public final void close() {
    finish();
    if (writer != null) {
      writer.close();
    }
  }
}
