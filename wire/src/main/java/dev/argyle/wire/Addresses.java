package dev.argyle.wire;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as text, and in one form. Only the unambiguous notations are read: four decimal numbers
 * without leading zeros for IPv4 (no octal, no short forms), RFC 4291 section 2.2 without a zone
 * for IPv6. Nothing here asks a resolver.
 */
public final class Addresses {

  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]{2,39}");

  private Addresses() {}

  /**
   * Reads an address. An IPv4-mapped one ({@code ::ffff:192.0.2.1}) is the IPv4 address that it
   * maps.
   *
   * @return null if the text is not an address
   */
  public static @Nullable InetAddress parse(String text) {
    if (text.indexOf(':') < 0) {
      byte[] octets = dottedDecimal(text);
      return octets == null ? null : of(octets);
    }
    String groups = withoutDots(text);
    if (groups == null || !IPV6.matcher(groups).matches()) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(groups);
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  /** IPv6 text whose last 32 bits are in hexadecimal, too; null: they are dotted, but wrong. */
  private static @Nullable String withoutDots(String text) {
    int tail = text.lastIndexOf(':') + 1;
    if (text.indexOf('.', tail) < 0) {
      return text;
    }
    byte[] last = dottedDecimal(text.substring(tail));
    HexFormat hex = HexFormat.of();
    return last == null
        ? null
        : text.substring(0, tail) + hex.formatHex(last, 0, 2) + ":" + hex.formatHex(last, 2, 4);
  }

  /** Four numbers of 0 to 255, no leading zeros; else null. */
  private static byte @Nullable [] dottedDecimal(String text) {
    byte[] octets = new byte[4];
    int count = 0;
    int value = -1; // -1: no digit of this number yet
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? '.' : text.charAt(i);
      if (c == '.') {
        if (value < 0 || count == 4) {
          return null;
        }
        octets[count++] = (byte) value;
        value = -1;
      } else if (c < '0' || c > '9' || value == 0) {
        return null;
      } else {
        value = Math.max(value, 0) * 10 + (c - '0');
        if (value > 255) {
          return null;
        }
      }
    }
    return count == 4 ? octets : null;
  }

  /** An IPv4-mapped address (::ffff:a.b.c.d) as IPv4; every other address as it is. */
  public static InetAddress normalise(InetAddress address) {
    return isMapped(address) ? of(address.getAddress()) : address;
  }

  /** Whether it is IPv6 text for an IPv4 address (RFC 4291, section 2.5.5.2). */
  private static boolean isMapped(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return false;
    }
    byte[] octets = address.getAddress();
    for (int i = 0; i < 10; i++) {
      if (octets[i] != 0) {
        return false;
      }
    }
    return octets[10] == -1 && octets[11] == -1;
  }

  private static InetAddress of(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets); // of a mapped one it makes an Inet4Address
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has 4 or 16 octets", impossible);
    }
  }

  /**
   * The shortest usual form, as {@link #parse} reads it; for IPv6 that of RFC 5952, without a zone:
   * that means something on this machine only.
   */
  public static String text(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    return isMapped(address)
        ? "::ffff:" + normalise(address).getHostAddress() // section 5
        : text(groups(address.getAddress()));
  }

  private static String text(int[] groups) {
    int start = -1;
    int length = 1; // a single group of zeros is not shortened (RFC 5952, section 4.2.2)
    for (int i = 0; i < groups.length; i++) {
      int zeros = 0;
      while (i + zeros < groups.length && groups[i + zeros] == 0) {
        zeros++;
      }
      if (zeros > length) {
        start = i;
        length = zeros;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < groups.length; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private static int[] groups(byte[] octets) {
    int[] groups = new int[octets.length / 2];
    Arrays.setAll(groups, i -> (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff));
    return groups;
  }

  /**
   * Whether a listener on this host is out of other hosts' reach. A name counts as within their
   * reach, unless it is {@code localhost} (RFC 6761, section 6.3): names are not resolved here.
   */
  public static boolean isLoopback(String host) {
    InetAddress address = parse(host);
    return address != null ? address.isLoopbackAddress() : host.equalsIgnoreCase("localhost");
  }
}
