package dev.argyle.server.dial;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How one socket is connected; with epoll or NIO is the caller's business. Called on the dial's
 * loop.
 *
 * @param <S> the caller's socket
 */
public interface Connector<S> {

  /**
   * Starts to connect. A failure is an outcome, never an exception.
   *
   * @param source the local address to bind to, of the same family as {@code to}; null: the system
   *     chooses
   * @param outcome is called at most once, on the same loop; also at once, from inside this method
   */
  Attempt attempt(InetSocketAddress to, @Nullable InetAddress source, Outcome<S> outcome);

  /** A connect under way. */
  interface Attempt {

    /**
     * No outcome follows; a socket that comes late is closed by the connector. After an outcome it
     * does nothing.
     */
    void cancel();
  }

  /** How an attempt ended. */
  interface Outcome<S> {

    void connected(S socket);

    void failed(DialFailure why);
  }
}
