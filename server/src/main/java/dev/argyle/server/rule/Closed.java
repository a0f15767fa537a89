package dev.argyle.server.rule;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy must not open to strangers: closed unless a rule names the very address. The table
 * of design-contract, "Without rules".
 */
enum Closed {
  UNSPECIFIED("unspecified addresses are closed", ipv4(0, 0, 8), ipv6(0, 0, 128)),
  LOOPBACK("loopback addresses are closed to other hosts", ipv4(127, 0, 8), ipv6(0, 1, 128)),
  LINK_LOCAL("link-local addresses are closed", ipv4(169, 254, 16), ipv6(0xfe80L, 0, 10)),
  MULTICAST("multicast addresses are closed", ipv4(224, 0, 4), ipv6(0xff00L, 0, 8)),
  BROADCAST("the broadcast address is closed", new Prefix(Bits.ofIpv4(-1), 32));

  private static final List<Closed> ALL = List.of(values());

  private final List<Prefix> prefixes;
  private final Decision decision;
  private final Decision embeddedDecision;

  Closed(String words, Prefix... prefixes) {
    this.prefixes = List.of(prefixes);
    decision = new Decision(false, 0, null, "default: " + words);
    embeddedDecision =
        new Decision(false, 0, null, "default: " + words + ", also inside an IPv6 address");
  }

  private static Prefix ipv4(int first, int second, int length) {
    return new Prefix(Bits.ofIpv4(first << 24 | second << 16), length);
  }

  private static Prefix ipv6(long first, long last, int length) {
    return new Prefix(new Bits(Bits.IPV6, first << 48, last), length);
  }

  /**
   * Why this address is closed to this client; null: it is open. A client that is on loopback
   * itself could reach loopback anyway.
   */
  static @Nullable Closed of(Bits address, Bits client) {
    Closed closed = kind(address);
    return closed == LOOPBACK && LOOPBACK.holds(client) ? null : closed;
  }

  /**
   * The same for an address inside an IPv6 address. Loopback is closed to every client here: it
   * would not be this machine's.
   */
  static @Nullable Closed ofEmbedded(@Nullable Bits address) {
    return address == null ? null : kind(address);
  }

  boolean holds(Bits address) {
    for (Prefix prefix : prefixes) {
      if (prefix.holds(address)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an address is closed to somebody, so that no country has it. */
  static boolean isClosed(Bits address) {
    return kind(address) != null;
  }

  /** Whether an address of this network is closed to somebody. */
  static boolean overlaps(Prefix network) {
    for (Closed closed : ALL) {
      for (Prefix prefix : closed.prefixes) {
        if (prefix.length() <= network.length()
            ? prefix.holds(network.bits())
            : network.holds(prefix.bits())) {
          return true;
        }
      }
    }
    return false;
  }

  Decision decision() {
    return decision;
  }

  Decision embeddedDecision() {
    return embeddedDecision;
  }

  private static @Nullable Closed kind(Bits address) {
    for (Closed closed : ALL) {
      if (closed.holds(address)) {
        return closed;
      }
    }
    return null;
  }
}
