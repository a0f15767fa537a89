package dev.argyle.server.manage.events;

import dev.argyle.wire.Source;

/** Somebody who listens. Its fields are under the hub's monitor, but for what never changes. */
public final class Listener implements AutoCloseable {

  /** Looks, one a second, at which its client has not taken what it was sent before. */
  static final int LATE_AT_MOST = 8;

  private final EventHub hub;
  private final Source source;
  private final boolean wantsConnections;
  private final Sink sink;
  private int late;

  Listener(EventHub hub, Source source, boolean wantsConnections, Sink sink) {
    this.hub = hub;
    this.source = source;
    this.wantsConnections = wantsConnections;
    this.sink = sink;
  }

  Source source() {
    return source;
  }

  /** Whether its client has been late for too long; asked once for each look. */
  boolean isTooLate() {
    late = sink.waitingOctets() > 0 ? late + 1 : 0;
    return late > LATE_AT_MOST;
  }

  /**
   * Sends a message, if it wants messages of this kind.
   *
   * @return false: it cannot take it
   */
  boolean offer(Message message) {
    boolean unwanted = !wantsConnections && message.kind() == Message.Kind.CONNECTIONS;
    return unwanted || sink.offer(message.octets());
  }

  /** Whether its client is still there. */
  boolean isOpen() {
    return sink.isOpen();
  }

  /** The last that it hears. */
  void dismiss(Message farewell) {
    sink.close(farewell.octets());
  }

  void end() {
    sink.close();
  }

  /** The client has gone. */
  @Override
  public void close() {
    hub.left(this);
  }
}
