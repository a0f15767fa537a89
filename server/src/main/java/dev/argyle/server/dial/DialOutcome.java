package dev.argyle.server.dial;

import dev.argyle.server.egress.Pick;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.net.Supervised;
import java.net.InetSocketAddress;

/**
 * How a dial ended. Exactly one of the methods is called, once, on the dial's loop; possibly at
 * once, from inside {@link Dialler#dial}. {@link #onBug} too ends the dial: whatever was open is
 * closed before.
 */
public interface DialOutcome extends Supervised {

  /**
   * How the socket is bound that is told next; whoever is told releases it when the socket is
   * closed.
   */
  default void bound(Pick by) {
    by.release();
  }

  /**
   * @param to the address that won
   */
  void connected(StreamSocket socket, InetSocketAddress to);

  /**
   * @param why the most telling failure of all that was tried; of denials the first
   */
  void failed(Failure why);
}
