package dev.argyle.server.relay;

import dev.argyle.server.telemetry.EndReason;
import org.jspecify.annotations.Nullable;

/** Who opened a tunnel and is told of it. Called on the tunnel's loop. */
public interface TunnelOwner {

  /** Octets came from the client. */
  void up(long octets);

  /** Octets went to the client. */
  void down(long octets);

  /** Who looks on at what passes, or null. Asked once, before the tunnel begins. */
  default @Nullable Tap tap() {
    return null;
  }

  /** The tunnel is over, both sockets are closed. Called once. */
  void ended(EndReason reason);
}
