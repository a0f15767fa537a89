package dev.argyle.server.udp;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one user, or one source without a name, holds of the server's {@link UdpMemory}, in all
 * associations on all loops. Safe for any thread.
 */
public final class UdpShare {

  /** Octets of fragments and of datagrams that wait. */
  final AtomicLong held = new AtomicLong();

  /** Destinations and remotes that are remembered, except the first few of each association. */
  final AtomicLong known = new AtomicLong();
}
