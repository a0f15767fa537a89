package dev.argyle.server.relay;

import dev.argyle.server.telemetry.EndReason;

/** Who opened a tunnel and is told of it. Called on the tunnel's loop. */
public interface TunnelOwner {

  /** Octets came from the client. */
  void up(long octets);

  /** Octets went to the client. */
  void down(long octets);

  /** The tunnel is over, both sockets are closed. Called once. */
  void ended(EndReason reason);
}
