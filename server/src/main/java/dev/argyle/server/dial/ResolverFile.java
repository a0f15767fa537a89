package dev.argyle.server.dial;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/**
 * The name servers of {@code /etc/resolv.conf}. Its search domains and options are not used: names
 * that clients send are absolute, and times and tries are the configuration's.
 */
final class ResolverFile {

  static final int DNS_PORT = 53;

  /** As resolv.conf(5) has it, MAXNS. */
  static final int MAX_SERVERS = 3;

  private ResolverFile() {}

  /**
   * @return at least one: without any, resolv.conf(5) says the local machine
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

  private static void add(String literal, List<InetSocketAddress> servers) {
    if (!NetUtil.isValidIpV4Address(literal) && !NetUtil.isValidIpV6Address(literal)) {
      return;
    }
    try {
      // A literal: nothing is looked up. It may have a zone (fe80::1%eth0).
      servers.add(new InetSocketAddress(InetAddress.getByName(literal), DNS_PORT));
    } catch (UnknownHostException e) {
      // its zone is an interface that is not there: it could not be reached anyway
    }
  }
}
