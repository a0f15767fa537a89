package dev.argyle.server.manage.http;

/**
 * The body of a {@linkplain Response.Streaming streaming} response. Safe for any thread; nothing
 * blocks.
 */
public interface EventStream {

  /** What may wait for a client that does not read, beside what the system's buffers hold. */
  int MAX_WAITING_OCTETS = 2 << 20;

  /**
   * Sends octets after all that was offered before.
   *
   * @param octets not copied, so nobody may change them any more; the same array may be offered to
   *     any number of streams
   * @return false: nothing was sent, because the client has left, or has not taken what it was sent
   *     before, and {@link #MAX_WAITING_OCTETS} would be exceeded
   */
  boolean offer(byte[] octets);

  /** Octets that were offered and that the system has not taken yet. */
  int waitingOctets();

  /** Ends the response after what was offered, and the connection a second later at most. */
  void close();

  /** As above, after these octets, which are sent however much waits. */
  void close(byte[] last);

  /** Whether the client is there and nobody has closed the stream. */
  boolean isOpen();

  /**
   * Calls this when the stream has ended: the client has left, its login is no longer valid, or the
   * stream was closed. At once if it has ended already. Called on the connection's loop; must not
   * block.
   */
  void onEnd(Runnable ended);
}
