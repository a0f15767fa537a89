package dev.argyle.server.rule;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What an address means, however it is written. */
public final class AddressForms {

  private AddressForms() {}

  /** The address as the rules see it: IPv4-mapped (::ffff:a.b.c.d) is IPv4. */
  public static InetAddress normalise(InetAddress address) {
    Bits bits = Bits.of(address);
    return bits.width() == Bits.IPV4 && address instanceof Inet6Address
        ? inetAddress(bits)
        : address;
  }

  /**
   * The IPv4 address inside an IPv6 address of a transition technique (NAT64, 6to4, Teredo,
   * IPv4-compatible, IPv4-translated): a gateway may send what is meant for the one to the other.
   * Null: there is none.
   */
  public static @Nullable Inet4Address embedded(InetAddress address) {
    Bits embedded = Bits.of(address).embedded();
    return embedded == null ? null : inetAddress(embedded);
  }

  private static Inet4Address inetAddress(Bits ipv4) {
    byte[] octets = ByteBuffer.allocate(4).putInt((int) (ipv4.high() >>> 32)).array();
    try {
      return (Inet4Address) InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) { // four octets are an address
      throw new UncheckedIOException(impossible);
    }
  }
}
