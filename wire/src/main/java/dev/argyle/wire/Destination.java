package dev.argyle.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A host and a port, as requests, replies and UDP headers carry them (RFC 1928, section 5).
 *
 * <pre>
 *   ATYP 01 | ADDR (4)             | PORT (2)      7 octets
 *   ATYP 03 | LENGTH | NAME (1..)  | PORT (2)      5 to 259 octets
 *   ATYP 04 | ADDR (16)            | PORT (2)     19 octets
 * </pre>
 *
 * @param port 0 to 65535
 */
public record Destination(Host host, int port) implements Writable {

  /** 0.0.0.0:0: what a failure reply says, and what a client sends that does not know. */
  public static final Destination UNSPECIFIED =
      new Destination(new Host.Ipv4(ipv4(new byte[4])), 0);

  /** The longest: ATYP, LENGTH, a name of 255 octets, PORT. */
  public static final int MAX_LENGTH = 259;

  /** ATYP of an IPv4 address. */
  public static final int IPV4 = 0x01;

  /** ATYP of a name. */
  public static final int NAME = 0x03;

  /** ATYP of an IPv6 address. */
  public static final int IPV6 = 0x04;

  public Destination {
    if (port < 0 || port > 0xFFFF) {
      throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
    }
  }

  /** The same place; an address that is not resolved goes by its name. */
  public static Destination of(InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    Host host = resolved == null ? new Host.Name(address.getHostString()) : Host.of(resolved);
    return new Destination(host, address.getPort());
  }

  /** Whether this is an ATYP that {@link #read} can go on from. */
  public static boolean isAddressType(int octet) {
    return octet == IPV4 || octet == NAME || octet == IPV6;
  }

  /**
   * Reads {@code ATYP ADDR PORT}. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from ATYP on; not kept
   * @return Malformed for an unknown ATYP or a name without octets, as soon as that octet is there
   */
  public static Decoded<Destination, Void> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available == 0) {
      return Decoded.needMore();
    }
    int type = Byte.toUnsignedInt(in.get(start));
    if (!isAddressType(type)) {
      return new Decoded.Malformed<>(null, "ATYP is none of 01, 03, 04");
    }
    if (type == NAME && available == 1) {
      return Decoded.needMore();
    }
    int first = type == NAME ? start + 2 : start + 1;
    int size =
        type == NAME ? Byte.toUnsignedInt(in.get(start + 1)) : type == IPV4 ? 4 : 16; // octets
    if (size == 0) {
      return new Decoded.Malformed<>(null, "the length of the name is 0");
    }
    int portAt = first + size;
    if (portAt + 2 > in.limit()) {
      return Decoded.needMore();
    }
    byte[] octets = new byte[size];
    in.get(first, octets);
    int port = Byte.toUnsignedInt(in.get(portAt)) << 8 | Byte.toUnsignedInt(in.get(portAt + 1));
    in.position(portAt + 2);
    return new Decoded.Message<>(new Destination(host(type, octets), port));
  }

  @Override
  public int length() {
    return switch (host) {
      case Host.Ipv4 four -> 1 + 4 + 2;
      case Host.Name name -> 1 + 1 + name.octetsAsLatin1().length() + 2;
      case Host.Ipv6 six -> 1 + 16 + 2;
    };
  }

  @Override
  public void write(ByteBuffer out) {
    switch (host) {
      case Host.Ipv4(Inet4Address address) -> out.put((byte) IPV4).put(address.getAddress());
      case Host.Name(String name) ->
          out.put((byte) NAME)
              .put((byte) name.length())
              .put(name.getBytes(StandardCharsets.ISO_8859_1));
      case Host.Ipv6(Inet6Address address) -> out.put((byte) IPV6).put(address.getAddress());
    }
    out.put((byte) (port >> 8)).put((byte) port);
  }

  /** As people write it: {@code 192.0.2.1:80}, {@code [2001:db8::1]:80}, {@code example.org:80}. */
  @Override
  public String toString() {
    return host instanceof Host.Ipv6 ? "[" + host + "]:" + port : host + ":" + port;
  }

  private static Host host(int type, byte[] octets) {
    return switch (type) {
      case IPV4 -> new Host.Ipv4(ipv4(octets));
      case IPV6 -> new Host.Ipv6(ipv6(octets));
      default -> new Host.Name(new String(octets, StandardCharsets.ISO_8859_1));
    };
  }

  private static Inet4Address ipv4(byte[] octets) {
    try {
      return (Inet4Address) InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("4 octets are an IPv4 address", impossible);
    }
  }

  private static Inet6Address ipv6(byte[] octets) {
    try {
      // InetAddress.getByAddress would make an Inet4Address of a mapped one.
      return Inet6Address.getByAddress(null, octets, -1);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("16 octets are an IPv6 address", impossible);
    }
  }
}
