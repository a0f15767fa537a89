package dev.argyle.server.dial;

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
   * @param to the address that won
   */
  void connected(StreamSocket socket, InetSocketAddress to);

  /**
   * @param why the most telling failure of all that was tried; of denials the first
   */
  void failed(Failure why);
}
