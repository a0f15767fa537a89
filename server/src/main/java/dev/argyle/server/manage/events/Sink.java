package dev.argyle.server.manage.events;

/**
 * The way to a listener's client: what the transport has for a response without an end. Safe for
 * any thread; nothing blocks.
 */
public interface Sink {

  /**
   * Sends octets after all that was offered before.
   *
   * @param octets shared with other listeners, so nobody changes them
   * @return false: they are not sent, since the client has left or too much waits for it
   */
  boolean offer(byte[] octets);

  /** Octets that were offered and that the client has not taken; 0: it keeps up. */
  int waitingOctets();

  /** Whether the client is there. */
  boolean isOpen();

  /** Ends it after what was offered. */
  void close();

  /** Ends it with these octets, however much waits. */
  void close(byte[] last);
}
