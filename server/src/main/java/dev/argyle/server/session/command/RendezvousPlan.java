package dev.argyle.server.session.command;

import dev.argyle.server.dial.AddressSearch;
import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.net.ErrnoException;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
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

    /**
     * @throws ErrnoException there is no route
     */
    InetAddress towards(InetAddress peer) throws ErrnoException;
  }

  /**
   * Listen there.
   *
   * @param expected whoever may come, as {@link Addresses#normalise} has them, of the family of
   *     {@code local}; empty: anybody
   * @param by how the listener is bound
   */
  record Wait(InetAddress local, List<InetAddress> expected, Pick by) implements RendezvousPlan {

    /** At an address that no egress has named. */
    Wait(InetAddress local, List<InetAddress> expected) {
      this(local, expected, Pick.ANY);
    }

    public Wait {
      expected = List.copyOf(expected);
    }

    /** The same at another address of the egress. */
    Wait instead(InetAddress other, Pick picked) {
      return new Wait(other, expected, picked);
    }

    boolean expects(InetAddress peer) {
      return expected.isEmpty() || expected.contains(Addresses.normalise(peer));
    }
  }

  /** It cannot be. */
  record Refuse(Failure why) implements RendezvousPlan {}

  /**
   * DST.ADDR is all zeros: whoever reaches the client's way to us will do, or an address of its
   * egress.
   */
  static RendezvousPlan forAnybody(
      InetAddress controlAddress, @Nullable Sources sources, Tally counters) {
    InetAddress local = Addresses.normalise(controlAddress);
    if (sources == null) {
      return new Wait(local, List.of());
    }
    String unusable = sources.unusable(local);
    if (unusable != null) {
      return new Refuse(new Failure(DialFailure.NETWORK_UNREACHABLE, unusable));
    }
    Pick pick = sources.pick(local, counters);
    if (pick == null) {
      return new Refuse(NOTHING_LEFT);
    }
    InetAddress picked = pick.address();
    return new Wait(picked == null ? local : picked, List.of(), pick);
  }

  /** Every address is set aside. */
  Failure NOTHING_LEFT =
      new Failure(DialFailure.NO_RESOURCES, "every address of the egress is set aside");

  /**
   * For a peer that is known.
   *
   * @param peers its addresses; several are those of a name
   * @param preferred an address of the family that is taken if there is a choice
   * @param counters of the loop
   * @param search says for each of them whether it may come, and where it is to be met; and in the
   *     end why nothing was found
   */
  static RendezvousPlan forPeer(
      List<InetAddress> peers,
      InetAddress preferred,
      AddressSearch search,
      Route route,
      Tally counters) {
    List<InetAddress> allowed = new ArrayList<>();
    InetAddress local = null;
    Pick pick = Pick.ANY;
    for (InetAddress peer : preferredFirst(peers, Addresses.normalise(preferred))) {
      if (search.ask(peer) instanceof Gate.Allowed(@Nullable Sources sources)) {
        allowed.add(peer);
        if (local == null) {
          Pick picked = sources == null ? Pick.ANY : sources.pick(peer, counters);
          if (picked == null) {
            search.note(NOTHING_LEFT);
            continue;
          }
          pick = picked;
          try {
            InetAddress address = pick.address();
            local = address == null ? route.towards(peer) : address;
          } catch (ErrnoException none) {
            search.note(Failure.ofErrno(none.errno(), peer));
          }
        }
      }
    }
    if (local == null) {
      return new Refuse(search.failure());
    }
    Family family = Family.of(local);
    allowed.removeIf(peer -> Family.of(peer) != family);
    return new Wait(local, allowed, pick);
  }

  private static List<InetAddress> preferredFirst(List<InetAddress> peers, InetAddress preferred) {
    List<InetAddress> ordered = new ArrayList<>(peers);
    ordered.sort(Comparator.comparing(peer -> Family.of(peer) != Family.of(preferred)));
    return ordered;
  }
}
