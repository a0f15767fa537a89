package dev.argyle.server.admission;

import java.util.HashMap;
import java.util.Map;

/**
 * How many of something scarce there are, in all and of each owner: a user, or a {@link
 * dev.argyle.wire.Source}. An owner is in the table while it has one. Safe for any thread; the
 * monitor is held for a few steps.
 */
public final class Shares {

  /** What an owner gets who asks for one more. */
  public enum Answer {
    GIVEN,
    /** There are as many as there may be. */
    FULL,
    /** The owner has as many as one may have. */
    OWN_FULL
  }

  private int all;
  private final Map<Object, Integer> ofOwner = new HashMap<>();

  /**
   * Takes one; whoever got it gives it back by {@link #leave}.
   *
   * @param most in all
   * @param mostOfOne of one owner
   */
  public synchronized Answer take(Object owner, int most, int mostOfOne) {
    if (all >= most) {
      return Answer.FULL;
    }
    if (ofOwner.getOrDefault(owner, 0) >= mostOfOne) {
      return Answer.OWN_FULL;
    }
    all++;
    ofOwner.merge(owner, 1, Integer::sum);
    return Answer.GIVEN;
  }

  /** Gives one back, once. */
  public synchronized void leave(Object owner) {
    all--;
    ofOwner.computeIfPresent(owner, (_, count) -> count == 1 ? null : count - 1);
  }

  /** How many there are. */
  public synchronized int all() {
    return all;
  }

  /** Owners that have one. */
  public synchronized int owners() {
    return ofOwner.size();
  }
}
