package dev.argyle.server.relay;

import java.nio.ByteBuffer;

/**
 * Sees a tunnel's octets while they pass, and changes nothing. It sees both directions in the order
 * in which octets were received, each octet once, and plain ones where they are wrapped. While it
 * wants more, the tunnel copies; afterwards the tunnel may splice. Called on the tunnel's loop
 * alone; must not block.
 */
public interface Tap {

  /**
   * Octets were received and are about to be sent on.
   *
   * @param fromClient from the client; otherwise from its destination
   * @param octets from position to limit: read them now, do not keep or change them
   * @return whether it wants to see more
   */
  boolean sees(boolean fromClient, ByteBuffer octets);
}
