package dev.argyle.server.udp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Addresses as 128 bits in two longs, IPv4 as mapped (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2), so
 * that a datagram's source is compared without an object.
 */
final class PackedAddress {

  private static final long MAPPED = 0xFFFFL;

  private PackedAddress() {}

  static long high(InetAddress of) {
    return of instanceof Inet4Address ? 0 : ByteBuffer.wrap(of.getAddress()).getLong(0);
  }

  static long low(InetAddress of) {
    byte[] octets = of.getAddress();
    return octets.length == 4
        ? MAPPED << 32 | Integer.toUnsignedLong(ByteBuffer.wrap(octets).getInt())
        : ByteBuffer.wrap(octets).getLong(8);
  }

  static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == MAPPED;
  }

  static InetAddress unpack(long high, long low) {
    try {
      return InetAddress.getByAddress(
          isIpv4(high, low)
              ? ByteBuffer.allocate(4).putInt((int) low).array()
              : ByteBuffer.allocate(16).putLong(high).putLong(low).array());
    } catch (UnknownHostException bug) {
      throw new IllegalStateException("4 or 16 octets are an address", bug);
    }
  }
}
