package dev.argyle.server.udp;

import java.nio.ByteBuffer;

/**
 * What protects the datagrams between the relay and its client (RFC 1961, section 5); those of
 * remotes are not its business. Called on the association's loop.
 */
public interface DatagramSeal {

  /** Nothing came out. */
  int NOTHING = -1;

  /**
   * Replaces what the client sent by what it carries, at the same place.
   *
   * @return how many octets that is; {@link #NOTHING}: it was forged, changed, or came twice
   */
  int unwrap(ByteBuffer memory, int at, int octets);

  /**
   * Replaces a datagram for the client by what carries it, at the same place; some 100 octets
   * behind it are free.
   *
   * @return how many octets that is; {@link #NOTHING}: more than a datagram may have
   */
  int wrap(ByteBuffer memory, int at, int octets);
}
