package dev.argyle.server.dial;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

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
      String[] words = line.strip().split("\\s+");
      boolean server =
          words.length >= 2
              && words[0].equals("nameserver")
              && (NetUtil.isValidIpV4Address(words[1]) || NetUtil.isValidIpV6Address(words[1]));
      if (server && servers.size() < MAX_SERVERS) {
        add(words[1], servers);
      }
    }
    if (servers.isEmpty()) {
      servers.add(new InetSocketAddress(NetUtil.LOCALHOST4, DNS_PORT));
    }
    return List.copyOf(servers);
  }

  private static void add(String literal, List<InetSocketAddress> servers) {
    try {
      // A literal: nothing is looked up. It may have a zone (fe80::1%eth0).
      servers.add(new InetSocketAddress(InetAddress.getByName(literal), DNS_PORT));
    } catch (UnknownHostException e) {
      // its zone is an interface that is not there: it could not be reached anyway
    }
  }
}
