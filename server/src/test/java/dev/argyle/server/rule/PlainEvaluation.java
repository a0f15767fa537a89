package dev.argyle.server.rule;

import dev.argyle.server.config.Network;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the rules mean, slow and obvious; shares nothing with the compiled form. */
final class PlainEvaluation {

  private PlainEvaluation() {}

  /** The number of the first rule that matches, from 1; 0: none does. */
  static int first(List<RuleLine> lines, Question question) {
    for (int i = 0; i < lines.size(); i++) {
      if (matches(lines.get(i), question)) {
        return i + 1;
      }
    }
    return 0;
  }

  static boolean openByDefault(Question question) {
    InetAddress address = plain(question.address());
    InetAddress inside = inside(address);
    return !closed(address, plain(question.client()).isLoopbackAddress())
        && (inside == null || !closed(inside, false));
  }

  private static boolean closed(InetAddress address, boolean clientOnLoopback) {
    return (address.isLoopbackAddress() && !clientOnLoopback)
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress()
        || (address.getAddress().length == 4 && address.getAddress()[0] == 0)
        || address.getHostAddress().equals("255.255.255.255");
  }

  private static boolean matches(RuleLine line, Question question) {
    String user = question.user() == null ? "-" : question.user();
    InetAddress client = plain(question.client());
    return (line.users().isEmpty() || line.users().contains(user))
        && (line.from().isEmpty()
            || line.from().stream()
                .anyMatch(to -> to instanceof Target.Addresses(Network n) && n.contains(client)))
        && (line.commands().isEmpty() || line.commands().contains(question.command()))
        && (line.ports().isEmpty()
            || line.ports().stream().anyMatch(range -> range.contains(question.port())))
        && (line.allow() ? mayReach(line, question) : mustNotReach(line, question));
  }

  private static boolean mustNotReach(RuleLine line, Question question) {
    InetAddress inside = inside(plain(question.address()));
    return names(line, question) || (inside != null && holds(line, inside));
  }

  private static boolean mayReach(RuleLine line, Question question) {
    InetAddress address = plain(question.address());
    InetAddress inside = inside(address);
    boolean local = plain(question.client()).isLoopbackAddress();
    return names(line, question)
        && (!closed(address, local) || holds(line, address))
        && (inside == null || !closed(inside, false) || holds(line, inside));
  }

  private static boolean names(RuleLine line, Question question) {
    return line.to().isEmpty()
        || holds(line, plain(question.address()))
        || (question.name() != null && namesHost(line, question.name()));
  }

  private static boolean holds(RuleLine line, InetAddress address) {
    return line.to().stream()
        .anyMatch(to -> to instanceof Target.Addresses(Network n) && n.contains(address));
  }

  private static boolean namesHost(RuleLine line, String name) {
    String plain = name.replaceAll("\\.+$", "").toLowerCase(Locale.ROOT);
    return line.to().contains(new Target.Host(plain))
        || line.to().stream()
            .anyMatch(
                to -> to instanceof Target.Suffix(String suffix) && plain.endsWith("." + suffix));
  }

  private static InetAddress plain(InetAddress address) {
    String hex = HexFormat.of().formatHex(address.getAddress());
    return hex.startsWith("00000000000000000000ffff") ? tail(address.getAddress(), 12) : address;
  }

  private static @Nullable InetAddress inside(InetAddress address) {
    byte[] octets = address.getAddress();
    String hex = HexFormat.of().formatHex(octets);
    if (hex.length() < 32 || hex.matches("0{31}[01]")) {
      return null;
    }
    if (hex.startsWith("2002")) {
      return tail(octets, 2);
    }
    if (hex.startsWith("20010000")) {
      for (int i = 0; i < octets.length; i++) {
        octets[i] = (byte) ~octets[i];
      }
      return tail(octets, 12);
    }
    return hex.matches("(0064ff9b0{16}|0064ff9b0001.{12}|0{24}|0{16}ffff0000).{8}")
        ? tail(octets, 12)
        : null;
  }

  private static InetAddress tail(byte[] octets, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(octets, from, from + 4));
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
