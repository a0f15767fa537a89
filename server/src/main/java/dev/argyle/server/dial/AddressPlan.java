package dev.argyle.server.dial;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The order in which addresses are tried: families alternate, and within a family the name server's
 * order holds (RFC 8305, section 4, with a First Address Family Count of 1). Addresses may be added
 * while others are tried. No clock, no I/O.
 *
 * <p>Addresses are not sorted by reachability (RFC 6724): without a route an attempt fails at once
 * with ENETUNREACH, and the next one follows without a delay.
 */
final class AddressPlan {

  /** Addresses that are tried for one name; the rest is ignored. */
  static final int MAX_ADDRESSES = 32;

  // Most names have one address or two: each collection begins small, and searching it is quick.
  private final List<InetAddress> seen = new ArrayList<>(2);
  private final Queue<InetAddress> ipv6 = new ArrayDeque<>(1);
  private final Queue<InetAddress> ipv4 = new ArrayDeque<>(1);
  private Family turn;

  /**
   * @param first the family that begins
   */
  AddressPlan(Family first) {
    this.turn = first;
  }

  void add(List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      if (seen.size() < MAX_ADDRESSES && !seen.contains(address)) {
        seen.add(address);
        queue(Family.of(address)).add(address);
      }
    }
  }

  boolean isEmpty() {
    return ipv6.isEmpty() && ipv4.isEmpty();
  }

  /** Takes the next address; null if there is none yet. */
  @Nullable InetAddress next() {
    if (isEmpty()) {
      return null;
    }
    Family family = queue(turn).isEmpty() ? turn.other() : turn;
    turn = family.other();
    return queue(family).poll();
  }

  private Queue<InetAddress> queue(Family family) {
    return switch (family) {
      case IPV6 -> ipv6;
      case IPV4 -> ipv4;
    };
  }
}
