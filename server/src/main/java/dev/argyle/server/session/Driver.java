package dev.argyle.server.session;

import dev.argyle.server.config.Endpoint;
import dev.argyle.server.telemetry.EndReason;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * The SOCKS side of a server: its listeners and sessions, on bare sockets or on Netty's channels.
 * Safe for any thread.
 */
public interface Driver {

  /**
   * Opens every listener, or none. Clients may connect from then on, and are accepted from {@link
   * #start} on.
   *
   * @return where they listen, in order
   * @throws ListenFailure with words for the operator
   */
  List<InetSocketAddress> listen(List<Endpoint> endpoints) throws ListenFailure;

  /** Begins to accept. */
  void start();

  /** Closes the listeners; sessions go on. Returns when it is done. */
  void stopListening();

  /** Ends every session. */
  void endAll(EndReason reason);

  /** Sessions that are open, an instant late. */
  int sessions();

  /** How often each loop looks at its deadlines, from now on. */
  void sweepEvery(Duration selectorTimeout);

  /** Ends the loops, and with them what is left. */
  void close();

  /** A listener could not be opened. */
  final class ListenFailure extends Exception {

    private static final long serialVersionUID = 1L;

    public ListenFailure(Endpoint endpoint, String why) {
      super("cannot listen on " + endpoint + ": " + why);
    }
  }
}
