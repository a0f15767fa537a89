package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.ThreeProxyFile.Command;
import dev.argyle.server.config.Network;
import dev.argyle.wire.Addresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The access list of 3proxy, {@code allow} and {@code deny} with users, sources, targets, ports,
 * operations, days and times, of which the first match counts; what a list does not name is denied.
 *
 * <p>A condition that we do not have is left out of a {@code deny}, which then denies more; an
 * {@code allow} is left out as a whole. One whose connections went through a parent becomes a
 * {@code deny}, so that they do not go out directly.
 */
final class ThreeProxyAcl {

  private static final Set<String> COMMANDS = Set.of("connect", "bind", "udp");

  /** Of other services. */
  private static final String OTHER_OPERATIONS =
      "(HTTP|FTP)(_[A-Z]+)?|HTTPS|ADMIN|DNSRESOLVE|ICMPASSOC";

  private final Translation out;
  private final List<Rule> rules = new ArrayList<>();

  /** Whether the last line has a rule, which what follows may change. */
  private boolean lastHasRule;

  ThreeProxyAcl(Translation out) {
    this.out = out;
  }

  void flush() {
    rules.clear();
    lastHasRule = false;
  }

  /** Ours; empty: there is no list. */
  List<Rule> rules() {
    return List.copyOf(rules);
  }

  /** {@code allow}, {@code deny}, or {@code redirect}, whose first arguments are an address. */
  void add(Command command) {
    boolean redirect = command.name().equals("redirect");
    Command line = redirect ? command.behind(2) : command;
    boolean allow = line.name().equals("allow");
    boolean exact = true;
    lastHasRule = false;
    if (line.includes()) {
      addUnknown(line, allow);
      return;
    }
    List<String> users = items(line.argument(0));
    if (users.stream().anyMatch(ThreeProxyAcl::isSpecial)) {
      users = List.of();
      exact = false;
    }
    List<String> from = List.of();
    List<String> to = List.of();
    List<String> ports = List.of();
    try {
      from = networks(line.argument(1));
    } catch (IllegalArgumentException names) {
      exact = false;
    }
    try {
      to = targets(line.argument(2));
    } catch (IllegalArgumentException pattern) {
      exact = false;
    }
    try {
      ports = ports(line.argument(3));
    } catch (IllegalArgumentException unclear) {
      exact = false;
    }
    Set<String> commands = COMMANDS;
    try {
      commands = commands(line.argument(4));
    } catch (IllegalArgumentException unknown) {
      exact = false;
    }
    if (commands.isEmpty()) {
      out.unneeded(line.place(), "its operations are none of SOCKS");
      return;
    }
    if (!line.argument(5).equals("*") || !line.argument(6).equals("*")) {
      exact = false; // days and times
    }
    if (line.arguments().size() > 7) {
      out.left(line.place(), "rules have no weights");
    }
    if (!exact && allow) {
      out.left(line.place(), "left out, since rules have no such condition; see docs/rules.md");
      return;
    }
    if (!exact) {
      out.left(line.place(), "denies more than it did, since rules have no such condition");
    }
    if (redirect) {
      out.left(line.place(), Dante.NO_CHAIN);
    }
    out.translated(line.place());
    rules.add(
        new Rule(
            line.place(),
            allow,
            users,
            from,
            commands.containsAll(COMMANDS) ? List.of() : List.copyOf(commands),
            to,
            ports,
            null));
    lastHasRule = true;
  }

  /** Conditions that are in another file: whom it allows is not known, nor whom it denies. */
  private void addUnknown(Command line, boolean allow) {
    out.left(
        line.place(),
        allow
            ? "left out, since a part of it is in another file"
            : "denies everything, since a part of it is in another file");
    if (!allow) {
      denyAll(line.place());
    }
  }

  /** Another file: it may deny anything, so that what follows does not count. */
  void include(Command line) {
    out.left(
        line.place(),
        "translate that file, too, and put its rules here; until then, everything is denied here");
    denyAll(line.place());
  }

  private void denyAll(Statement place) {
    rules.add(Rule.denyAll(place));
    lastHasRule = true;
  }

  /** Such a name has a meaning of its own in our rules: nobody, or a group of accounts. */
  static boolean isSpecial(String user) {
    return user.equals("-") || user.equals("*") || user.startsWith("@");
  }

  /** {@code parent WEIGHT TYPE ADDRESS PORT [USER PASSWORD]}, which belongs to the last line. */
  void parent(Command line) {
    Command shown = withoutPassword(line);
    boolean own = line.argument(1).equals("extip") && Addresses.parse(line.argument(2)) != null;
    if (!lastHasRule) {
      out.left(shown.place(), "belongs to an allow that was left out");
      return;
    }
    Rule last = rules.removeLast();
    if (own && last.source() != null) {
      out.left(shown.place(), "a rule has one source, which is " + last.source());
      rules.add(last);
    } else if (own && last.allow()) {
      out.translated(shown.place());
      rules.add(last.withSource(line.argument(2)));
    } else {
      out.left(shown.place(), Dante.NO_CHAIN);
      rules.add(last.withUsers(false, last.users()));
    }
  }

  static Command withoutPassword(Command line) {
    return line.arguments().size() > 5
        ? line.withText("parent " + String.join(" ", line.arguments().subList(0, 5)) + " ********")
        : line;
  }

  private static List<String> items(String list) {
    return list.equals("*") ? List.of() : List.of(list.split(",", -1));
  }

  private static Set<String> commands(String list) {
    if (list.equals("*")) {
      return COMMANDS;
    }
    Set<String> ours = new LinkedHashSet<>();
    for (String operation : list.split(",", -1)) {
      String name = operation.toUpperCase(Locale.ROOT);
      switch (name) {
        case "CONNECT" -> ours.add("connect");
        case "BIND" -> ours.add("bind");
        case "UDPASSOC" -> ours.add("udp");
        default -> {
          if (!name.matches(OTHER_OPERATIONS)) {
            throw new IllegalArgumentException("no operation of 3proxy");
          }
        }
      }
    }
    return ours;
  }

  private static List<String> networks(String list) {
    List<String> networks = new ArrayList<>();
    for (String item : items(list)) {
      networks.addAll(addresses(item));
    }
    return networks;
  }

  private static List<String> targets(String list) {
    List<String> targets = new ArrayList<>();
    for (String item : items(list)) {
      boolean isAddress = item.matches("[0-9.]+([/-].*)?") || item.indexOf(':') >= 0;
      if (isAddress) {
        targets.addAll(addresses(item));
      } else if (item.matches("(\\*\\.)?[^*]+")) {
        targets.add(item);
      } else {
        throw new IllegalArgumentException("a pattern");
      }
    }
    return targets;
  }

  private static List<String> addresses(String item) {
    int dash = item.indexOf('-');
    return dash < 0
        ? NetworkSet.parse(item).texts()
        : range(item.substring(0, dash), item.substring(dash + 1));
  }

  /** A range of IPv4 addresses as networks. */
  private static List<String> range(String first, String last) {
    long from = number(first);
    long to = number(last);
    List<String> networks = new ArrayList<>();
    while (from <= to) {
      int bits = Math.min(from == 0 ? 32 : Long.numberOfTrailingZeros(from), 32);
      while (from + (1L << bits) - 1 > to) {
        bits--;
      }
      networks.add(new Network(address(from), 32 - bits).toString());
      from += 1L << bits;
    }
    if (networks.isEmpty()) {
      throw new IllegalArgumentException("an empty range");
    }
    return networks;
  }

  private static long number(String text) {
    InetAddress address = Addresses.parse(text);
    if (address == null || address.getAddress().length != 4) {
      throw new IllegalArgumentException("no range of IPv4 addresses");
    }
    long number = 0;
    for (byte octet : address.getAddress()) {
      number = number << 8 | (octet & 0xff);
    }
    return number;
  }

  private static InetAddress address(long number) {
    try {
      return InetAddress.getByAddress(
          new byte[] {
            (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number
          });
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("four octets", impossible);
    }
  }

  private static List<String> ports(String list) {
    List<String> ports = new ArrayList<>();
    for (String item : items(list)) {
      String[] ends = item.split("-", 2);
      List<String> range = Ports.range(Ports.port(ends[0]), Ports.port(ends[ends.length - 1]));
      if (range.isEmpty()) {
        return List.of(); // all
      }
      ports.addAll(range);
    }
    return ports;
  }
}
