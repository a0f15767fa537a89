package dev.argyle.server.manage.events;

import dev.argyle.wire.Source;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who listens: a short queue between the hub's thread, which never waits for it, and the
 * thread that writes to the client. Fields are under this object's monitor.
 */
public final class Listener implements AutoCloseable {

  /** Messages that may wait; two a second come. One more, and the listener is dropped. */
  static final int QUEUED_AT_MOST = 8;

  private final EventHub hub;
  private final Source source;
  private final boolean wantsConnections;
  private final Runnable cut;
  private final ArrayDeque<Message> queue = new ArrayDeque<>();
  private int bound = QUEUED_AT_MOST; // more while what it has missed waits
  private boolean over; // nothing is added any more
  private boolean closed;
  private long droppedNanos;
  private boolean isDropped;

  Listener(EventHub hub, Source source, boolean wantsConnections, Runnable cut) {
    this.hub = hub;
    this.source = source;
    this.wantsConnections = wantsConnections;
    this.cut = cut;
  }

  Source source() {
    return source;
  }

  /**
   * Waits for the next message. At most a second passes between two.
   *
   * @return octets that all listeners share, not to be changed; null: there is none any more, so
   *     the response ends
   */
  public synchronized byte @Nullable [] next() throws InterruptedException {
    while (queue.isEmpty() && !over) {
      wait();
    }
    return taken();
  }

  /** The next message if there is one by now, to be written together with the last; null: none. */
  public synchronized byte @Nullable [] nextIfThere() {
    return taken();
  }

  private byte @Nullable [] taken() {
    Message next = queue.poll();
    bound = Math.max(QUEUED_AT_MOST, bound - 1);
    return next == null ? null : next.octets();
  }

  /** What a client that resumes has missed: however much that is, it was rendered already. */
  synchronized void begin(List<Message> missed) {
    missed.forEach(this::add);
    bound = QUEUED_AT_MOST + queue.size();
  }

  /** Whether too much waits to be read for one message more. */
  synchronized boolean isFullFor(Message message) {
    return !over && !isUnwanted(message) && queue.size() >= bound;
  }

  /** A new message. */
  synchronized void offer(Message message) {
    if (!over) {
      add(message);
    }
  }

  /** Instead of what waits, it is told that it reads too slowly. */
  synchronized void drop(Message farewell, long nowNanos) {
    queue.clear();
    queue.add(farewell);
    over = true;
    isDropped = true;
    droppedNanos = nowNanos;
    notifyAll();
  }

  private void add(Message message) {
    if (!isUnwanted(message)) {
      queue.add(message);
      notifyAll();
    }
  }

  private boolean isUnwanted(Message message) {
    return !wantsConnections && message.kind() == Message.Kind.CONNECTIONS;
  }

  /** No more messages come; those that wait are still taken. */
  synchronized void end() {
    over = true;
    notifyAll();
  }

  /** Whether it was dropped that long ago, and its client does not even read that. */
  synchronized boolean isStuck(long nowNanos, long patienceNanos) {
    return isDropped && !closed && nowNanos - droppedNanos >= patienceNanos;
  }

  /** Ends the connection of a client that does not read. */
  void cut() {
    cut.run();
  }

  /** The client has gone, or everything was written. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      over = true;
      queue.clear();
      notifyAll();
    }
    hub.left(this);
  }
}
