package dev.argyle.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A host as SOCKS names it: by one of the three address types (RFC 1928, section 5). A name that
 * looks like an address is still a {@link Name} here; what it means is for whoever dials it.
 */
public sealed interface Host {

  /** The host as people write it; a name's octets are read as Latin-1 and not escaped. */
  String text();

  /** ATYP 01. */
  record Ipv4(Inet4Address address) implements Host {

    @Override
    public String text() {
      return Addresses.text(address);
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /** ATYP 04. A mapped address (::ffff:192.0.2.1) stays one: it is not an {@link Ipv4}. */
  record Ipv6(Inet6Address address) implements Host {

    @Override
    public String text() {
      return Addresses.text(address);
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /**
   * ATYP 03. Any octets may come, control characters and zeros included: escape before logging.
   *
   * @param octetsAsLatin1 1 to 255 characters up to U+00FF, each standing for the octet of its
   *     number
   */
  record Name(String octetsAsLatin1) implements Host {

    /** What fits in the length octet. */
    public static final int MAX_OCTETS = 255;

    public Name {
      if (octetsAsLatin1.isEmpty() || octetsAsLatin1.length() > MAX_OCTETS) {
        throw new IllegalArgumentException(
            "a host name has 1 to 255 octets, not " + octetsAsLatin1.length());
      }
      if (octetsAsLatin1.chars().anyMatch(character -> character > 0xFF)) {
        throw new IllegalArgumentException("a host name's characters stand for octets");
      }
    }

    @Override
    public String text() {
      return octetsAsLatin1;
    }

    @Override
    public String toString() {
      return text();
    }
  }

  /** The host with this address. */
  static Host of(InetAddress address) {
    return switch (address) {
      case Inet4Address four -> new Ipv4(four);
      case Inet6Address six -> new Ipv6(six);
      default -> throw new IllegalArgumentException("neither IPv4 nor IPv6: " + address);
    };
  }
}
