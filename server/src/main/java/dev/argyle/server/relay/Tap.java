package dev.argyle.server.relay;

import java.nio.ByteBuffer;

/**
 * Looks on while a tunnel's octets pass, and changes nothing. It sees both directions in the order
 * in which they were received, each octet once. As long as it wants more, a tunnel copies; when it
 * does not, the tunnel forgets it and may splice. Called on the tunnel's loop alone; must not
 * block.
 */
public interface Tap {

  /**
   * Octets were received and are about to be sent on.
   *
   * @param fromClient from the client; otherwise from its destination
   * @param octets from position to limit; the loop's memory, to be read now, not kept, not changed
   * @return whether it wants to see more
   */
  boolean sees(boolean fromClient, ByteBuffer octets);
}
