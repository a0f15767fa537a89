package dev.argyle.server.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as text. Only the unambiguous forms are read: four decimal numbers for IPv4 (no octal,
 * no short forms), RFC 4291 section 2.2 for IPv6. Nothing here asks a resolver.
 */
public final class Addresses {

  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  private Addresses() {}

  /**
   * Reads an address. An IPv4-mapped one ({@code ::ffff:192.0.2.1}) is the IPv4 address that it
   * maps.
   *
   * @return null if the text is not an address
   */
  public static @Nullable InetAddress parse(String text) {
    boolean candidate =
        IPV4.matcher(text).matches() || (text.indexOf(':') >= 0 && IPV6.matcher(text).matches());
    if (!candidate) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  /** The shortest usual form; for IPv6 that of RFC 5952. */
  public static String text(InetAddress address) {
    return address instanceof Inet6Address six ? text(six) : address.getHostAddress();
  }

  private static String text(Inet6Address address) {
    int[] groups = groups(address.getAddress());
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
    for (int i = 0; i < groups.length; i++) {
      groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
    }
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
