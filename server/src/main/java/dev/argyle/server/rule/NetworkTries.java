package dev.argyle.server.rule;

import dev.argyle.server.config.Network;

/** Which rules name a network that holds an address. One trie a family. */
final class NetworkTries {

  private final PrefixTrie ipv4 = new PrefixTrie(Bits.IPV4);
  private final PrefixTrie ipv6 = new PrefixTrie(Bits.IPV6);

  void add(Network network, int rule) {
    Prefix prefix = Prefix.of(network);
    family(prefix.bits()).at(prefix).add(rule);
  }

  void addTo(Bits address, long[] rules) {
    family(address).addTo(address, rules);
  }

  private PrefixTrie family(Bits address) {
    return address.width() == Bits.IPV4 ? ipv4 : ipv6;
  }
}
