package dev.argyle.server.net;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * One socket address in native memory, as the calls take and give it (netinet/in.h): family (2,
 * host order), port (2, network order), then for IPv4 the address (4), for IPv6 flow (4), address
 * (16), scope (4). Belongs to one event loop.
 */
final class SocketAddresses {

  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  private static final ValueLayout.OfShort NETWORK_SHORT =
      JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN); // not made for each call

  private static final int IPV4_LENGTH = 16;
  private static final int IPV6_LENGTH = 28;

  private final MemorySegment address;
  private final MemorySegment length;

  SocketAddresses(Arena arena) {
    address = arena.allocate(IPV6_LENGTH, 8);
    length = arena.allocate(JAVA_INT);
  }

  long pointer() {
    return address.address();
  }

  long lengthPointer() {
    return length.address();
  }

  /** Makes room for an address that the kernel will write. */
  void expect() {
    length.set(JAVA_INT, 0, IPV6_LENGTH);
  }

  /** Writes an address and answers its length. */
  int write(InetAddress of, int port) {
    byte[] octets = of.getAddress();
    address.fill((byte) 0);
    address.set(NETWORK_SHORT, 2, (short) port);
    if (of instanceof Inet6Address six) {
      address.set(JAVA_SHORT, 0, (short) AF_INET6);
      MemorySegment.copy(octets, 0, address, JAVA_BYTE, 8, 16);
      address.set(JAVA_INT, 24, six.getScopeId());
      return IPV6_LENGTH;
    }
    address.set(JAVA_SHORT, 0, (short) AF_INET);
    MemorySegment.copy(octets, 0, address, JAVA_BYTE, 4, 4);
    return IPV4_LENGTH;
  }

  /** Reads the address that the kernel wrote. A mapped IPv4 address becomes an IPv4 one. */
  InetSocketAddress read() {
    int port = address.get(NETWORK_SHORT, 2) & 0xFFFF;
    boolean six = address.get(JAVA_SHORT, 0) == AF_INET6;
    byte[] octets = new byte[six ? 16 : 4];
    MemorySegment.copy(address, JAVA_BYTE, six ? 8 : 4, octets, 0, octets.length);
    try {
      return new InetSocketAddress(
          six && isLinkLocal(octets)
              ? Inet6Address.getByAddress(null, octets, address.get(JAVA_INT, 24))
              : InetAddress.getByAddress(octets),
          port);
    } catch (UnknownHostException bug) {
      throw new IllegalStateException("an address has 4 or 16 octets", bug);
    }
  }

  private static boolean isLinkLocal(byte[] octets) {
    return octets[0] == (byte) 0xFE && (octets[1] & 0xC0) == 0x80;
  }

  /** The family that {@code of} belongs to. */
  static boolean isIpv6(InetAddress of) {
    return !(of instanceof Inet4Address);
  }
}
