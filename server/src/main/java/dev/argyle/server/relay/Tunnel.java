package dev.argyle.server.relay;

import dev.argyle.server.telemetry.EndReason;

/** Two connected sockets whose octets reach each other. Belongs to one event loop. */
public interface Tunnel {

  /** The last time that octets passed in either direction, by {@link System#nanoTime}. */
  long lastActiveNanos();

  /** Ends it now, both sockets. */
  void end(EndReason reason);
}
