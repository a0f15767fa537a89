package dev.argyle.wire;

import java.net.InetAddress;

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
}
