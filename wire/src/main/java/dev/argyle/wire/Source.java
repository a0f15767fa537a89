package dev.argyle.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Who is counted as one: an IPv4 address, or the /64 of an IPv6 address. A household is given no
 * less than a /64, so single IPv6 addresses would be free to change.
 *
 * @param six whether it is IPv6
 * @param key the address, or the first 64 bits of it
 */
public record Source(boolean six, long key) {

  private static final int KEY_OCTETS = 8;
  private static final int IPV6_OCTETS = 16;

  public static Source of(InetAddress address) {
    byte[] octets = address.getAddress();
    long key = 0;
    for (int i = 0; i < Math.min(octets.length, KEY_OCTETS); i++) {
      key = key << 8 | (octets[i] & 0xFF);
    }
    return new Source(octets.length == IPV6_OCTETS, key);
  }

  /** The address, or the network as in {@code 2001:db8:1:2::/64}. */
  public String text() {
    ByteBuffer octets =
        six
            ? ByteBuffer.allocate(IPV6_OCTETS).putLong(key)
            : ByteBuffer.allocate(4).putInt((int) key);
    try {
      return Addresses.text(InetAddress.getByAddress(octets.array())) + (six ? "/64" : "");
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has 4 or 16 octets", impossible);
    }
  }
}
