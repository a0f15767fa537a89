package dev.argyle.server.relay;

import dev.argyle.server.net.Supervised;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * Who opened a tunnel and is told about it. Called on the tunnel's loop. What the tunnel's
 * callbacks throw is told by {@link #onBug}; the owner then ends the tunnel.
 */
public interface TunnelOwner extends Supervised {

  /** Octets came from the client; plain ones, if they came wrapped. */
  void up(long octets);

  /** Octets were sent to the client; counted before they are wrapped, if they are. */
  void down(long octets);

  /** Who sees the octets that pass, or null. Asked once, before the tunnel begins. */
  default @Nullable Tap tap() {
    return null;
  }

  /** How fast octets may pass, together with others of the account; null: without a limit. */
  default @Nullable AccountRates rates() {
    return null;
  }

  /**
   * Whom it counts for what the tunnel holds; by equals. Asked when the tunnel first holds
   * something.
   */
  Object whose();

  /** The tunnel has ended, both sockets are closed. Called once. */
  void ended(EndReason reason);
}
