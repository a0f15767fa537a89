package dev.argyle.server.telemetry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The parts of this room, and the one place where the end of a connection is reported to them. */
public record Telemetry(
    Counters counters,
    ConnectionTable connections,
    Journal journal,
    MalformedHandshakes malformedHandshakes,
    AccessLog accessLog,
    SecurityLog securityLog,
    List<EndListener> endListeners)
    implements AutoCloseable {

  /** With an empty table and journal. */
  public Telemetry(Counters counters, AccessLog accessLog, SecurityLog securityLog) {
    this(
        counters,
        new ConnectionTable(),
        new Journal(),
        new MalformedHandshakes(),
        accessLog,
        securityLog,
        new CopyOnWriteArrayList<>());
  }

  /** From now on calls a listener for every connection that ends. */
  public void onEnd(EndListener listener) {
    endListeners.add(listener);
  }

  /**
   * Reports a connection's end: out of the table, into the journal and, if it made a request, into
   * the access log. Call it from the owning loop, after the last octet was counted. A second call
   * for the same connection does nothing.
   *
   * @param endMillis milliseconds since 1970, for people
   * @param endNanos by {@link System#nanoTime}
   * @return whether this was the first call
   */
  public boolean ended(LiveConnection connection, Ending ending, long endMillis, long endNanos) {
    if (!connections.close(connection)) {
      return false;
    }
    EndedConnection ended = connection.ended(ending, endMillis, endNanos);
    journal.add(ended);
    if (ended.requested()) {
      accessLog.offer(ended);
    }
    for (EndListener listener : endListeners) {
      listener.ended(connection, ended);
    }
    return true;
  }

  /** As above, by one clock for both. */
  public boolean ended(LiveConnection connection, Ending ending, long endMillis) {
    return ended(connection, ending, endMillis, TimeUnit.MILLISECONDS.toNanos(endMillis));
  }

  /** SIGHUP: both logs' files are opened again by their names. */
  public void reopenLogs() {
    accessLog.reopen();
    securityLog.reopen();
  }

  /** Writes out what is queued and ends both logs, at the same time. */
  @Override
  public void close() {
    accessLog.finish();
    securityLog.finish();
    accessLog.close();
    securityLog.close();
  }
}
