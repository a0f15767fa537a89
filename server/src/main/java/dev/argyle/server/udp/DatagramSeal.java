package dev.argyle.server.udp;

import java.nio.ByteBuffer;

/**
 * Protects the datagrams between the relay and its client (RFC 1961, section 5), not those of
 * remotes. Called on the association's loop.
 */
public interface DatagramSeal {

  /** The datagram is to be dropped. */
  int NOTHING = -1;

  /**
   * Unwraps a datagram of the client, in place.
   *
   * @return octets of the result; {@link #NOTHING}: it was forged, changed or repeated
   */
  int unwrap(ByteBuffer memory, int at, int octets);

  /**
   * Wraps a datagram for the client, in place; some 100 octets behind it are free.
   *
   * @return octets of the result; {@link #NOTHING}: more than a datagram may have
   */
  int wrap(ByteBuffer memory, int at, int octets);
}
