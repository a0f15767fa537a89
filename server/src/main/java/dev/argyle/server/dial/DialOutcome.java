package dev.argyle.server.dial;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a dial ended. Exactly one of the methods is called, once, on the dial's loop; possibly at
 * once, from inside {@link Dialler#dial}.
 *
 * @param <S> the caller's socket
 */
public interface DialOutcome<S> {

  /**
   * @param to the address that won
   */
  void connected(S socket, InetSocketAddress to);

  /**
   * @param why the most telling failure of all that was tried
   * @param deniedBy the first denial's reason where an address was denied (others may have been
   *     tried); null: none was
   */
  void failed(DialFailure why, @Nullable String deniedBy);
}
