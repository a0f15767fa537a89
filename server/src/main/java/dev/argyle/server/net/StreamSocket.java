package dev.argyle.server.net;

import java.net.InetSocketAddress;

/**
 * A stream socket at one event loop, non-blocking. Octets pass through the loop's buffer ({@link
 * SocketLoop#buffer}), at places that the caller chooses. Calls answer what Linux answers, or the
 * negated errno ({@link Errno}), whatever kind of socket it is; none throws.
 *
 * <p>Readiness is kept in flags that events set, and that calls clear when they meet the end of
 * what is there: whoever reads or writes goes on until {@link #mayRead} or {@link #mayWrite} is
 * false, or asks for a turn ({@link LoopTurns}).
 */
public interface StreamSocket {

  /**
   * Registers at a loop, on its thread; the socket belongs to it from then on, and events come from
   * the next turn on. Set the owner first ({@link #handOver}).
   *
   * @return false: the system does not watch it; close it then
   */
  boolean register(SocketLoop loop);

  /** From now on {@code next} is told of events; the flags stay as they are. */
  void handOver(SocketEvents next);

  /** Whether a receive may give something: octets, the end of the stream, or an error. */
  boolean mayRead();

  /** Whether a send may take something. */
  boolean mayWrite();

  /** Whether the peer is known to have ended its stream; unread octets may still be there. */
  boolean inputEnded();

  /**
   * The peer has sent urgent data (RFC 9293, section 3.8.5) that was not read yet, as far as is
   * known. It stays in its place in the stream, but splice does not get past it.
   */
  boolean urgent();

  /**
   * The error that has broken the connection, as an errno; 0: none is known. A direction that has
   * ended makes no call that would notice.
   */
  int error();

  /**
   * Whether an event and {@link #error} tell of a reset that follows the end of the peer's stream.
   */
  default boolean tellsOfResets() {
    return true;
  }

  /**
   * Receives up to {@code length} octets.
   *
   * @param at their place in the loop's buffer
   * @return octets; 0: end of stream; negative: errno
   */
  int receive(int at, int length);

  /** Whether {@link #peek} leaves the octets with the system; otherwise they are kept here. */
  boolean looksInPlace();

  /** As {@link #receive}, and leaves the octets where they are. */
  int peek(int at, int length);

  /**
   * Sends up to {@code length} octets.
   *
   * @param at their place in the loop's buffer
   * @return octets taken; negative: errno
   */
  int send(int at, int length);

  /** Ends the stream to the peer (half-close). */
  void endOutput();

  /** Makes the close that follows send a reset. */
  void resetOnClose();

  /**
   * Has the system ask a silent peer whether it is still there ({@link SocketLoop#keepAlive}); one
   * that is not breaks the connection. Does nothing where it does so already, or is not to.
   */
  default void keepAlive() {}

  /**
   * The address that it is bound to; port 0 of the wildcard address if the system does not tell.
   */
  InetSocketAddress localAddress();

  /** Closes it; more calls do nothing, and no event follows. */
  void close();
}
