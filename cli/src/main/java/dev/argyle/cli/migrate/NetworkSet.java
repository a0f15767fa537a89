package dev.argyle.cli.migrate;

import dev.argyle.server.config.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Addresses as networks that do not overlap. */
record NetworkSet(List<Network> networks) {

  static final NetworkSet NONE = new NetworkSet(List.of());
  static final NetworkSet ALL =
      new NetworkSet(List.of(Network.parse("0.0.0.0/0"), Network.parse("::/0")));

  NetworkSet {
    networks = List.copyOf(networks);
  }

  static NetworkSet of(List<Network> networks) {
    NetworkSet set = NONE;
    for (Network network : networks) {
      set = set.plus(new NetworkSet(List.of(network)));
    }
    return set;
  }

  boolean isEmpty() {
    return networks.isEmpty();
  }

  boolean isAll() {
    return ALL.minus(this).isEmpty();
  }

  NetworkSet plus(NetworkSet other) {
    List<Network> all = new ArrayList<>(networks);
    all.addAll(other.minus(this).networks);
    return new NetworkSet(all);
  }

  /** What is in both. */
  NetworkSet and(NetworkSet other) {
    List<Network> both = new ArrayList<>();
    for (Network one : networks) {
      for (Network two : other.networks) {
        if (one.contains(two.address()) && two.prefix() >= one.prefix()) {
          both.add(two);
        } else if (two.contains(one.address()) && one.prefix() >= two.prefix()) {
          both.add(one);
        }
      }
    }
    return new NetworkSet(both);
  }

  NetworkSet minus(NetworkSet other) {
    List<Network> left = networks;
    for (Network away : other.networks) {
      List<Network> next = new ArrayList<>();
      left.forEach(network -> subtract(network, away, next));
      left = next;
    }
    return new NetworkSet(left);
  }

  private static void subtract(Network network, Network away, List<Network> into) {
    if (away.contains(network.address()) && away.prefix() <= network.prefix()) {
      return;
    }
    if (!network.contains(away.address()) || network.prefix() > away.prefix()) {
      into.add(network);
      return;
    }
    int prefix = network.prefix() + 1;
    subtract(new Network(network.address(), prefix), away, into);
    subtract(new Network(upperHalf(network), prefix), away, into);
  }

  private static InetAddress upperHalf(Network network) {
    byte[] octets = network.address().getAddress();
    octets[network.prefix() / 8] |= (byte) (0x80 >> network.prefix() % 8);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of 4 or 16 octets", impossible);
    }
  }

  List<String> texts() {
    return networks.stream().map(Network::toString).toList();
  }

  /** {@code 10.0.0.0/8}, {@code 10.0.0.0/255.0.0.0}, {@code 0/0}, or an address alone. */
  static NetworkSet parse(String text) {
    if (text.equals("0/0")) {
      return ALL;
    }
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    String prefix = slash < 0 ? "" : text.substring(slash + 1);
    Network single = Network.parse(address);
    int width = single.prefix();
    int bits =
        prefix.isEmpty()
            ? width
            : prefix.indexOf('.') > 0 ? bits(Network.parse(prefix)) : Integer.parseInt(prefix);
    byte[] octets = single.address().getAddress();
    for (int i = 0; i < octets.length; i++) { // bits behind the prefix do not count
      octets[i] &= (byte) (0xff00 >> Math.clamp(bits - 8L * i, 0, 8));
    }
    try {
      return new NetworkSet(List.of(new Network(InetAddress.getByAddress(octets), bits)));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of 4 or 16 octets", impossible);
    }
  }

  /** Of a mask such as 255.255.240.0. */
  private static int bits(Network mask) {
    int value = 0;
    for (byte octet : mask.address().getAddress()) {
      value = value << 8 | (octet & 0xff);
    }
    int bits = Integer.numberOfLeadingZeros(~value);
    if (bits < 32 && value << bits != 0) {
      throw new IllegalArgumentException("not a mask");
    }
    return bits;
  }
}
