package dev.argyle.server.rule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds out whether a destination is one of the server's own listeners. Immutable. */
final class OwnListeners {

  /** How the reason of each denial begins. */
  static final String WORDS = "own listener ";

  private record Listener(Bits address, OwnListener own, Decision decision) {}

  private final List<Listener> listeners = new ArrayList<>();
  private final LocalAddresses local;

  OwnListeners(Collection<OwnListener> own, LocalAddresses local) {
    for (OwnListener listener : own) {
      Decision decision = new Decision(false, 0, null, WORDS + listener);
      listeners.add(new Listener(Bits.of(listener.address()), listener, decision));
    }
    this.local = local;
  }

  /** The denial; null: it is none of them. */
  @Nullable Decision denies(Asked asked) {
    for (Listener listener : listeners) {
      OwnListener own = listener.own;
      if (own.port() == asked.port()
          && own.transport().carries(asked.command())
          && (reaches(asked.address(), listener)
              || (asked.embedded() != null && reaches(asked.embedded(), listener)))) {
        return listener.decision;
      }
    }
    return null;
  }

  /**
   * A connection to an unspecified address goes to this machine, to which of its addresses depends
   * on the source. A datagram to a group or to all comes back to who listens on a wildcard.
   */
  private boolean reaches(Bits address, Listener listener) {
    if (Closed.UNSPECIFIED.holds(address) || address.equals(listener.address)) {
      return true;
    }
    return listener.address.isUnspecified()
        && (Closed.MULTICAST.holds(address)
            || Closed.BROADCAST.holds(address)
            || local.contains(address));
  }
}
