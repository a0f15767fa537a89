package dev.argyle.server.rule;

import dev.argyle.server.config.Network;

/** The addresses, or ports, whose first {@code length} bits are those of {@code bits}. */
record Prefix(Bits bits, int length) {

  private static final int MAPPED_LENGTH = 96;

  /** A network inside ::ffff:0:0/96 is one of IPv4, as {@link Bits#of} has it for addresses. */
  static Prefix of(Network network) {
    Bits bits = Bits.of(network.address());
    boolean mapped = bits.width() == Bits.IPV4 && network.address().getAddress().length > 4;
    return new Prefix(
        bits, mapped ? Math.max(0, network.prefix() - MAPPED_LENGTH) : network.prefix());
  }

  boolean holds(Bits candidate) {
    return candidate.width() == bits.width() && candidate.common(bits) >= length;
  }
}
