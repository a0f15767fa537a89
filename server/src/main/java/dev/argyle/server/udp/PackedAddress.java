package dev.argyle.server.udp;

import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.UdpHeader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Addresses as 128 bits in two longs, IPv4 as mapped (::ffff:a.b.c.d, RFC 4291, section 2.5.5.2): a
 * datagram's source is compared without making an object.
 */
final class PackedAddress {

  private static final long MAPPED = 0xFFFFL;
  private static final int IPV4_HEADER = 10;
  private static final int IPV6_HEADER = 22;

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

  /** Writes a {@link UdpHeader} that ends at {@code end}, and answers its length. */
  static int writeHeader(ByteBuffer memory, int end, long high, long low, int port) {
    memory.putShort(end - 2, (short) port);
    if (isIpv4(high, low)) {
      memory.putInt(end - IPV4_HEADER, Destination.IPV4); // RSV, FRAG 00 and ATYP
      memory.putInt(end - 6, (int) low);
      return IPV4_HEADER;
    }
    memory.putInt(end - IPV6_HEADER, Destination.IPV6);
    memory.putLong(end - 18, high);
    memory.putLong(end - 10, low);
    return IPV6_HEADER;
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
