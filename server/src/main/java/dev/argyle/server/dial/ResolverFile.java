package dev.argyle.server.dial;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The name servers of {@code /etc/resolv.conf}. Its search domains and options are ignored: names
 * that clients send are absolute, and timeouts are configured.
 */
final class ResolverFile {

  static final int DNS_PORT = 53;

  /** MAXNS of resolv.conf(5). */
  static final int MAX_SERVERS = 3;

  private ResolverFile() {}

  /**
   * @return at least one; if the file names none, the local machine (resolv.conf(5))
   */
  static List<InetSocketAddress> parse(List<String> lines) {
    List<InetSocketAddress> servers = new ArrayList<>();
    for (String line : lines) {
      StringTokenizer words = new StringTokenizer(line);
      if (words.countTokens() >= 2
          && words.nextToken().equals("nameserver")
          && servers.size() < MAX_SERVERS) {
        add(words.nextToken(), servers);
      }
    }
    if (servers.isEmpty()) {
      servers.add(new InetSocketAddress(NetUtil.LOCALHOST4, DNS_PORT));
    }
    return List.copyOf(servers);
  }

  /**
   * The name server at this address. All zeros are this host (resolv.conf(5)), which answers from
   * the address that it was reached at.
   */
  static InetSocketAddress at(InetAddress address, int port) {
    InetAddress asked = address;
    if (address.isAnyLocalAddress()) {
      asked = address instanceof Inet6Address ? NetUtil.LOCALHOST6 : NetUtil.LOCALHOST4;
    }
    return new InetSocketAddress(asked, port);
  }

  private static void add(String literal, List<InetSocketAddress> servers) {
    if (!NetUtil.isValidIpV4Address(literal) && !NetUtil.isValidIpV6Address(literal)) {
      return;
    }
    try {
      // A literal: nothing is looked up. It may have a zone (fe80::1%eth0).
      servers.add(at(InetAddress.getByName(literal), DNS_PORT));
    } catch (UnknownHostException e) {
      // its zone is an interface that does not exist: it cannot be reached anyway
    }
  }
}
