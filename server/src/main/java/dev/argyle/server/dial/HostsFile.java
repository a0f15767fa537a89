package dev.argyle.server.dial;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/**
 * Names that no name server is asked for: those of {@code /etc/hosts}, and {@code localhost} with
 * everything below it, which always means loopback (RFC 6761, section 6.3). Immutable.
 */
final class HostsFile {

  private static final String LOCALHOST = "localhost";
  private static final List<InetAddress> LOOPBACK =
      List.of(InetAddress.ofLiteral("::1"), InetAddress.ofLiteral("127.0.0.1"));

  private final Map<String, List<InetAddress>> addresses;

  private HostsFile(Map<String, List<InetAddress>> addresses) {
    this.addresses = addresses;
  }

  /** Reads lines of {@code address name...} (hosts(5)); ignores invalid ones. */
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
          addresses.merge(HostName.normal(words.nextToken()), single, HostsFile::joined);
        }
      }
    }
    return new HostsFile(addresses);
  }

  /**
   * The addresses of a name, both families mixed.
   *
   * @param name as {@link HostName.Name} has it
   * @return empty: name servers are to be asked
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

  private static List<InetAddress> joined(List<InetAddress> some, List<InetAddress> more) {
    if (some.size() >= AddressPlan.MAX_ADDRESSES || some.containsAll(more)) {
      return some;
    }
    List<InetAddress> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }
}
