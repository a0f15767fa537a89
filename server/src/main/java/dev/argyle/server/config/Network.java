package dev.argyle.server.config;

import dev.argyle.wire.Addresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A network: an address and how many of its leading bits count.
 *
 * @param address the bits behind the prefix are zero
 * @param prefix 0 to 32 (IPv4) or 128 (IPv6)
 */
public record Network(InetAddress address, int prefix) {

  private static final int MAPPED_BITS = 96; // ::ffff:0:0/96

  public Network {
    if (prefix < 0 || prefix > address.getAddress().length * 8) {
      throw new IllegalArgumentException(
          address.getAddress().length == 4
              ? "an IPv4 prefix is 0 to 32"
              : "an IPv6 prefix is 0 to 128");
    }
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a bare address, which is a network of its
   * own.
   *
   * @throws IllegalArgumentException for anything else; its message quotes the text and says what
   *     would be right
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String base = slash < 0 ? text : text.substring(0, slash);
    InetAddress address = Addresses.parse(base);
    if (address == null) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not a network; write one as 10.0.0.0/8 or 2001:db8::/32");
    }
    int width = address instanceof Inet6Address ? 128 : 32;
    int mapped = width == 32 && base.indexOf(':') >= 0 ? MAPPED_BITS : 0;
    int prefix = slash < 0 ? width : prefix(text.substring(slash + 1), mapped, width);
    if (prefix < 0) {
      throw new IllegalArgumentException(
          "%s is not a network; an %s prefix is %d to %d"
              .formatted(
                  Quote.of(text),
                  mapped > 0 ? "IPv4-mapped" : width == 32 ? "IPv4" : "IPv6",
                  mapped,
                  mapped + width));
    }
    Network network = new Network(masked(address, prefix), prefix);
    if (!network.address().equals(address)) {
      throw new IllegalArgumentException(
          Quote.of(text) + " has bits behind its prefix; the network is " + network);
    }
    return network;
  }

  /** The network that holds {@code address} alone. */
  public static Network of(InetAddress address) {
    return new Network(address, address.getAddress().length * 8);
  }

  /**
   * The network of this size that has an address.
   *
   * @param prefix as the address's family has it
   */
  public static Network around(InetAddress address, int prefix) {
    return new Network(masked(address, prefix), prefix);
  }

  /** Returns -1 for what is not a prefix. */
  private static int prefix(@Nullable String text, int mapped, int width) {
    if (text == null || !text.matches("[0-9]{1,3}")) {
      return -1;
    }
    int prefix = Integer.parseInt(text) - mapped;
    return prefix >= 0 && prefix <= width ? prefix : -1;
  }

  private static InetAddress masked(InetAddress address, int prefix) {
    byte[] octets = address.getAddress();
    for (int i = 0; i < octets.length; i++) {
      int bits = Math.clamp(prefix - 8L * i, 0, 8);
      octets[i] &= (byte) (0xff00 >> bits);
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address of 4 or 16 octets", impossible);
    }
  }

  /** Whether {@code candidate} is of the same family and lies in this network. */
  public boolean contains(InetAddress candidate) {
    return candidate.getAddress().length == address.getAddress().length
        && masked(candidate, prefix).equals(address);
  }

  /** As {@link #parse} reads it, always with a prefix. */
  @Override
  public String toString() {
    return Addresses.text(address) + "/" + prefix;
  }
}
