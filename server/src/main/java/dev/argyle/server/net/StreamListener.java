package dev.argyle.server.net;

import java.net.InetSocketAddress;

/** A listening socket at one loop. Belongs to it. */
public interface StreamListener {

  /**
   * Connections that the kernel holds for a listener until they are accepted; net.core.somaxconn
   * bounds it.
   */
  int BACKLOG = 4096;

  /** Connections accepted at one event, so that others get their turn: a third of a millisecond. */
  int ACCEPTED_A_TURN = 16;

  /** Clients that are closed at once, before a pause, when descriptors have run out. */
  int TURNED_AWAY = 16;

  /** How long a listener pauses when descriptors have run out. */
  long PAUSE_MILLIS = 100;

  /** Who takes the connections. Called on the loop. */
  interface Acceptor extends Supervised {

    /**
     * Takes a connection.
     *
     * @param socket at no loop yet: it is registered, at whichever loop, or closed
     */
    void accepted(StreamSocket socket, InetSocketAddress peer);

    /**
     * Descriptors or memory have run out; some clients that wait were turned away. The listener
     * pauses for {@value #PAUSE_MILLIS} ms and goes on, unless it is closed now.
     */
    void shortage(int errno);
  }

  /** Gives a connection to the acceptor; closes it if that fails, since nobody else knows it. */
  static void give(Acceptor acceptor, StreamSocket socket, InetSocketAddress peer) {
    try {
      acceptor.accepted(socket, peer);
    } catch (Throwable bug) {
      socket.close();
      throw bug;
    }
  }

  /** Where it listens. */
  InetSocketAddress local();

  /**
   * Begins to accept; one that accepts already goes on. False: the system does not watch the
   * socket; close it then.
   */
  boolean start();

  /** Stops listening; connections that were not accepted are reset by the kernel. */
  default void close() {
    close(() -> {});
  }

  /**
   * As {@link #close()}.
   *
   * @param closed is run on the loop when the kernel has let go of the port: at once, or a turn
   *     later
   */
  void close(Runnable closed);
}
