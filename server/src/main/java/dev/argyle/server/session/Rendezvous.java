package dev.argyle.server.session;

import dev.argyle.server.dial.DialFailure;
import java.net.InetSocketAddress;

/**
 * The listener of one BIND, which lets one connection in. Belongs to the session's loop, and so
 * does what it lets in.
 */
interface Rendezvous {

  /** Connections that the kernel holds for us; strangers among them are turned away one by one. */
  int BACKLOG = 64;

  /**
   * Stops listening; whoever waits is turned away, and the host is told nothing any more. May be
   * repeated.
   *
   * @param closed is run on the loop when the kernel has let go of the port: at once, or a turn
   *     later
   */
  void close(Runnable closed);

  /**
   * Who waits there. Called on the loop, also at once, from inside {@link SessionLoop#meet}.
   *
   * @param <S> the driver's sockets
   */
  interface Host<S> {

    /** It listens there. */
    void listening(InetSocketAddress at);

    /** It could not listen, or could not go on; it is closed. */
    void failed(DialFailure why);

    /** Whether this is the peer that is waited for. False: it is closed, and the wait goes on. */
    boolean expects(InetSocketAddress peer);

    /** The expected peer is there; the listener is closed. */
    void arrived(S socket, InetSocketAddress peer);
  }
}
