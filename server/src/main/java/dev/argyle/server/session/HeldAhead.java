package dev.argyle.server.session;

import dev.argyle.server.relay.Holdings;
import org.jspecify.annotations.Nullable;

/**
 * What one client has on the heap before it has a tunnel: a message that is not whole, a token that
 * waits for its login, what was sent ahead. A client may always have {@value #FREE_OCTETS} octets,
 * more counts for its source. Belongs to its session.
 */
final class HeldAhead {

  /** What a client has of what it sent without being counted: one receive of a handshake. */
  static final int FREE_OCTETS = 1024;

  private final Holdings all;
  private final Object whose;
  private Holdings.@Nullable Share share;
  private int octets;

  /**
   * @param all what such clients of the loop may have
   * @param whose the client's source
   */
  HeldAhead(Holdings all, Object whose) {
    this.all = all;
    this.whose = whose;
  }

  /**
   * It has so many octets now.
   *
   * @return false: they are more than there is room for
   */
  boolean now(int held) {
    int counted = held <= FREE_OCTETS ? 0 : held;
    if (counted == 0 && share == null) {
      return true;
    }
    Holdings.Share mine = share == null ? all.join(whose) : share;
    boolean room = counted <= octets || all.room(mine) >= counted - octets;
    all.change(mine, counted - octets);
    octets = counted;
    share = mine;
    if (counted == 0) {
      all.leave(mine);
      share = null;
    }
    return room;
  }
}
