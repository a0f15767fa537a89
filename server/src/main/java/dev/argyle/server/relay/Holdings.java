package dev.argyle.server.relay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;

/**
 * Who holds how much of something scarce on one loop, in octets. Each holder has a {@link Share}. A
 * share may be as large as what is still free: one alone takes half at most, ten take an eleventh
 * each, and whatever others hold, something is left for the next. Belongs to one loop.
 */
public final class Holdings {

  /** What one user holds, or one source without a user. */
  public static final class Share {

    private final Object whose;
    private int holders;
    private long octets;

    private Share(Object whose) {
      this.whose = whose;
    }
  }

  private static final VarHandle HELD = held();

  private final long capacityOctets;
  private final Map<Object, Share> shares = new HashMap<>();
  private long heldOctets; // plain for its loop, opaque for who only looks

  /**
   * @param capacityOctets of all shares together
   */
  Holdings(long capacityOctets) {
    this.capacityOctets = capacityOctets;
  }

  /**
   * A holder begins; {@link #leave} ends it.
   *
   * @param whose whom it counts for; by equals
   */
  public Share join(Object whose) {
    Share share = shares.computeIfAbsent(whose, Share::new);
    share.holders++;
    return share;
  }

  /** A holder has given back what it took. */
  public void leave(Share share) {
    if (--share.holders == 0) {
      shares.remove(share.whose);
    }
  }

  /** Whether any share has room for so much; most of the time it does, and need not be known. */
  boolean hasRoomForAnyone(long octets) {
    return capacityOctets - 2 * heldOctets >= octets;
  }

  /** How much more a share may hold; 0 or less: nothing. */
  public long room(Share share) {
    return capacityOctets - heldOctets - share.octets;
  }

  /**
   * Holds more, whether there is room or not: ask first. What goes beyond is not lost sight of.
   *
   * @param octets negative: it gives back
   */
  public void change(Share share, long octets) {
    share.octets += octets;
    HELD.setOpaque(this, heldOctets + octets);
  }

  /** What all hold together at most; any thread. */
  public long capacityOctets() {
    return capacityOctets;
  }

  /** What all hold, an instant late; any thread. */
  public long heldNowOctets() {
    return (long) HELD.getOpaque(this);
  }

  /** What all hold. */
  long heldOctets() {
    return heldOctets;
  }

  /** Who holds something, or might. */
  int size() {
    return shares.size();
  }

  private static VarHandle held() {
    try {
      return MethodHandles.lookup().findVarHandle(Holdings.class, "heldOctets", long.class);
    } catch (ReflectiveOperationException bug) {
      throw new ExceptionInInitializerError(bug);
    }
  }
}
