package dev.argyle.server.dial;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * The names that this machine knows by itself: those of {@code /etc/hosts}, and {@code localhost}
 * with everything below it, which never leaves the machine and is loopback whatever anybody says
 * (RFC 6761, section 6.3). Immutable.
 */
final class HostsFile {

  private static final String LOCALHOST = "localhost";
  private static final List<InetAddress> LOOPBACK = List.of(loopback(16), loopback(4));

  private final Map<String, List<InetAddress>> addresses;

  private HostsFile(Map<String, List<InetAddress>> addresses) {
    this.addresses = addresses;
  }

  /** Lines of {@code address name...}, as hosts(5) has them. What is not understood is left out. */
  static HostsFile parse(List<String> lines) {
    Map<String, List<InetAddress>> addresses = new HashMap<>();
    Map<InetAddress, List<InetAddress>> alone = new HashMap<>(); // block lists repeat one address
    for (String line : lines) {
      int comment = line.indexOf('#');
      StringTokenizer words = new StringTokenizer(comment < 0 ? line : line.substring(0, comment));
      if (words.hasMoreTokens()
          && HostName.of(words.nextToken()) instanceof HostName.Literal(InetAddress address)) {
        List<InetAddress> single = alone.computeIfAbsent(address, List::of);
        while (words.hasMoreTokens()) {
          addresses.merge(normal(words.nextToken()), single, HostsFile::joined);
        }
      }
    }
    return new HostsFile(addresses);
  }

  /**
   * The addresses of a name, both families mixed.
   *
   * @param name as {@link HostName.Host} has it
   * @return empty: it is not ours to know; name servers may
   */
  List<InetAddress> find(String name) {
    List<InetAddress> found = addresses.getOrDefault(name, List.of());
    if (!name.equals(LOCALHOST) && !name.endsWith("." + LOCALHOST)) {
      return found;
    }
    List<InetAddress> loopback = found.stream().filter(InetAddress::isLoopbackAddress).toList();
    if (!loopback.isEmpty()) {
      return loopback;
    }
    return name.equals(LOCALHOST) ? LOOPBACK : find(LOCALHOST);
  }

  private static String normal(String name) {
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return bare.toLowerCase(Locale.ROOT);
  }

  private static List<InetAddress> joined(List<InetAddress> some, List<InetAddress> more) {
    if (some.size() >= AddressPlan.MAX_ADDRESSES || some.containsAll(more)) {
      return some;
    }
    List<InetAddress> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  private static InetAddress loopback(int octets) {
    byte[] address = new byte[octets];
    address[octets - 1] = 1;
    if (octets == 4) {
      address[0] = 127;
    }
    try {
      return InetAddress.getByAddress(address);
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 octets", e);
    }
  }
}
