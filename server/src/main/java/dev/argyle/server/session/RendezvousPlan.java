package dev.argyle.server.session;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.rule.AddressForms;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a BIND waits, and for whom. Pure: what the kernel knows comes through {@link Route}.
 *
 * <p>The expected peer must be able to reach the address: it is the one that this machine would
 * itself use towards the peer, or the one that the deciding rule names (decision 0012).
 */
sealed interface RendezvousPlan {

  /** The local address that goes with a destination. */
  interface Route {

    Found towards(InetAddress peer);

    /** What the kernel says. */
    sealed interface Found {
      record From(InetAddress local) implements Found {}

      record No(DialFailure why) implements Found {}
    }
  }

  /**
   * Listen there.
   *
   * @param expected whoever may come, as {@link AddressForms#normalise} has them, of the family of
   *     {@code local}; empty: anybody
   */
  record Wait(InetAddress local, List<InetAddress> expected) implements RendezvousPlan {

    public Wait {
      expected = List.copyOf(expected);
    }

    boolean expects(InetAddress peer) {
      return expected.isEmpty() || expected.contains(AddressForms.normalise(peer));
    }
  }

  /** It cannot be. */
  record Refuse(DialFailure why) implements RendezvousPlan {}

  /** DST.ADDR is all zeros: whoever reaches the client's way to us will do. */
  static RendezvousPlan forAnybody(InetAddress controlAddress) {
    return new Wait(AddressForms.normalise(controlAddress), List.of());
  }

  /**
   * For a peer that is known.
   *
   * @param peers its addresses, at least one; several are those of a name
   * @param preferred an address of the family that is taken if there is a choice
   * @param gate says for each of them whether it may come, and where it is to be met
   */
  static RendezvousPlan forPeer(
      List<InetAddress> peers, InetAddress preferred, Gate gate, Route route) {
    List<InetAddress> allowed = new ArrayList<>();
    InetAddress local = null;
    DialFailure failure = DialFailure.NAME_NOT_FOUND; // tells least; there is at least one peer
    for (InetAddress peer : preferredFirst(peers, AddressForms.normalise(preferred))) {
      switch (gate.check(peer)) {
        case Gate.Denied _ -> failure = failure.orMoreTelling(DialFailure.DENIED);
        case Gate.Allowed(@Nullable InetAddress source) -> {
          allowed.add(peer);
          if (local == null) {
            switch (source == null ? route.towards(peer) : fixed(source, peer)) {
              case Route.Found.From(InetAddress found) -> local = found;
              case Route.Found.No(DialFailure why) -> failure = failure.orMoreTelling(why);
            }
          }
        }
      }
    }
    if (local == null) {
      return new Refuse(failure);
    }
    InetAddress there = local;
    allowed.removeIf(peer -> !sameFamily(peer, there));
    return new Wait(local, allowed);
  }

  private static Route.Found fixed(InetAddress source, InetAddress peer) {
    return sameFamily(source, peer)
        ? new Route.Found.From(source)
        : new Route.Found.No(DialFailure.NETWORK_UNREACHABLE);
  }

  private static List<InetAddress> preferredFirst(List<InetAddress> peers, InetAddress preferred) {
    List<InetAddress> ordered = new ArrayList<>();
    List<InetAddress> others = new ArrayList<>();
    for (InetAddress written : peers) {
      InetAddress peer = AddressForms.normalise(written);
      (sameFamily(peer, preferred) ? ordered : others).add(peer);
    }
    ordered.addAll(others);
    return ordered;
  }

  private static boolean sameFamily(InetAddress one, InetAddress other) {
    return one instanceof Inet4Address == other instanceof Inet4Address;
  }
}
