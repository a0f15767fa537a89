package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.DanteFile.Block;
import dev.argyle.cli.migrate.DanteFile.Setting;
import dev.argyle.server.config.Network;
import dev.argyle.wire.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Dante's rules as ours. Dante asks two lists, of which the first match counts: client rules at
 * accept, and socks rules at the request; what no rule passes is blocked. Client rules know
 * addresses alone, so that what they pass is a set of networks, to which the socks rules' {@code
 * from} is limited here.
 *
 * <p>A condition that we do not have is left out of a rule that blocks, which then blocks more. A
 * rule that passes is left out as a whole.
 */
final class DanteRules {

  /** What dante lets everybody reach, and we do not without being told to. */
  static final List<String> CLOSED =
      List.of(
          "0.0.0.0/8",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "224.0.0.0/4",
          "255.255.255.255/32",
          "::/128",
          "::1/128",
          "fe80::/10",
          "ff00::/8");

  private static final List<String> COMMANDS = List.of("connect", "bind", "udp");

  private final Translation out;
  private final List<String> methods;
  private final boolean ipv6Clients;
  private final @Nullable String source;

  /**
   * @param methods ours, of the whole file
   * @param ipv6Clients whether there is an IPv6 listener
   * @param source of every connection; null: the system chooses
   */
  DanteRules(Translation out, List<String> methods, boolean ipv6Clients, @Nullable String source) {
    this.out = out;
    this.methods = methods;
    this.ipv6Clients = ipv6Clients;
    this.source = source;
  }

  /** What a block says, as far as we can say it. */
  private static final class Conditions {
    NetworkSet from = NetworkSet.ALL;
    List<String> users = List.of();
    List<String> to = List.of();
    List<String> ports = List.of();
    List<String> commands = COMMANDS;
    boolean needsName;
    boolean isExact = true;
    boolean goesElsewhere;
    boolean neverMatches;
  }

  void translate(List<Block> blocks) {
    NetworkSet clients = clients(blocks);
    List<Rule> rules = new ArrayList<>();
    for (Block block : blocks) {
      switch (block.kind().toLowerCase(Locale.ROOT)) {
        case "client pass", "client block" -> {} // above
        case "socks pass", "pass" -> pass(block, clients, rules);
        case "socks block", "block" -> block(block, rules);
        case "route" -> route(block);
        case "monitor" -> {
          block.settings().forEach(setting -> out.translated(setting.place()));
          out.left(block.place(), "alerts for Prometheus are in deploy/prometheus");
        }
        default -> {
          block.settings().forEach(setting -> out.translated(setting.place()));
          out.left(block.place(), "is no kind of rule that argyle import-config knows");
        }
      }
    }
    boolean passes = rules.stream().anyMatch(Rule::allow);
    if (passes) {
      out.rule(
          Rule.deny(
              new Statement(
                  0, "stay closed; remove it to open what dante opened, its host included"),
              CLOSED));
    }
    rules.forEach(out::rule);
    out.rule(Rule.denyAll(new Statement(0, "dante blocks what no rule passes")));
  }

  // Client rules

  /** Whom the client rules let in. */
  private NetworkSet clients(List<Block> blocks) {
    NetworkSet passed = NetworkSet.NONE;
    NetworkSet undecided = NetworkSet.ALL;
    for (Block block : blocks) {
      String kind = block.kind().toLowerCase(Locale.ROOT);
      if (!kind.startsWith("client ")) {
        continue;
      }
      boolean pass = kind.equals("client pass");
      Conditions conditions = new Conditions();
      block.settings().forEach(setting -> clientCondition(setting, conditions));
      if (pass && !conditions.isExact) {
        out.left(block.place(), "left out, since Argyle does not have one of its conditions");
        continue;
      }
      out.translated(block.place());
      if (pass) {
        passed = passed.plus(undecided.and(conditions.from));
      }
      undecided = undecided.minus(conditions.from);
    }
    if (passed.isEmpty()) {
      out.hint("No client rule passes anybody, so nobody can use the proxy.");
    }
    return passed;
  }

  private void clientCondition(Setting setting, Conditions into) {
    switch (setting.keyword()) {
      case "from" -> from(setting, into);
      case "to" -> {
        if (isAnywhere(setting.values())) {
          out.translated(setting.place());
        } else {
          into.isExact = false;
          out.left(setting.place(), "rules do not look at the listener's address");
        }
      }
      case "clientmethod" -> {
        if (setting.values().equals(List.of("none"))) {
          out.translated(setting.place());
        } else {
          unknown(setting, into);
        }
      }
      case "log" -> log(setting);
      case "user", "group" -> unknown(setting, into);
      default -> action(setting, into);
    }
  }

  // Socks rules

  private void pass(Block block, NetworkSet clients, List<Rule> rules) {
    Conditions conditions = conditions(block);
    if (conditions.neverMatches) {
      return; // was told
    }
    if (conditions.goesElsewhere) { // it must not go where the client asked for
      rules.add(rule(block, false, conditions, conditions.from));
      return;
    }
    if (!conditions.isExact) {
      out.left(block.place(), "left out, since Argyle does not have one of its conditions");
      return;
    }
    NetworkSet from = conditions.from.and(clients);
    if (from.isEmpty()) {
      out.unneeded(block.place(), "the client rules let none of these clients in");
      return;
    }
    Rule rule = rule(block, true, conditions, from);
    if (conditions.needsName && methods.contains("none")) {
      rules.add(rule.withUsers(false, List.of("-"))); // who has not logged in
    }
    rules.add(rule.withSource(source));
    out.translated(block.place());
  }

  private void block(Block block, List<Rule> rules) {
    Conditions conditions = conditions(block);
    if (conditions.neverMatches) {
      return;
    }
    rules.add(rule(block, false, conditions, conditions.from));
    out.translated(block.place());
  }

  private Rule rule(Block block, boolean allow, Conditions conditions, NetworkSet from) {
    boolean all = from.isAll() || (!ipv6Clients && from.plus(ipv6()).isAll());
    return new Rule(
        block.place(),
        allow,
        conditions.users,
        all ? List.of() : from.texts(),
        conditions.commands.equals(COMMANDS) ? List.of() : conditions.commands,
        conditions.to,
        conditions.ports,
        null);
  }

  private static NetworkSet ipv6() {
    return new NetworkSet(List.of(Network.parse("::/0")));
  }

  private Conditions conditions(Block block) {
    Conditions into = new Conditions();
    for (Setting setting : block.settings()) {
      switch (setting.keyword()) {
        case "from" -> from(setting, into);
        case "to" -> to(setting, into);
        case "command" -> commands(block, setting, into);
        case "protocol" -> protocols(setting, into);
        case "proxyprotocol" -> proxyProtocol(block, setting, into);
        case "socksmethod", "method" -> methods(setting, into);
        case "user" -> {
          into.users = setting.values();
          out.translated(setting.place());
        }
        case "group" -> unknown(setting, into);
        case "log" -> log(setting);
        case "udp.portrange" -> portRange(setting);
        case "redirect.to", "redirect.from" -> {
          into.goesElsewhere = true;
          out.left(setting.place(), "nothing is redirected; what this rule passed is denied");
        }
        default -> action(setting, into);
      }
    }
    if (into.commands.isEmpty() && !into.neverMatches) {
      into.neverMatches = true;
      out.unneeded(block.place(), "no command is of this protocol");
    }
    return into;
  }

  /** Replies to a BIND, and datagrams that come back, are part of their command with us. */
  private void commands(Block block, Setting setting, Conditions into) {
    List<String> asked = new ArrayList<>();
    for (String value : setting.values()) {
      switch (value) {
        case "connect", "bind" -> asked.add(value);
        case "udpassociate" -> asked.add("udp");
        case "bindreply", "udpreply" -> {}
        default -> into.isExact = false;
      }
    }
    if (asked.isEmpty() && into.isExact) {
      into.neverMatches = true;
      block.settings().forEach(each -> out.translated(each.place()));
      out.unneeded(block.place(), "what answers to a BIND or a datagram is let in by its command");
      return;
    }
    into.commands = both(into.commands, asked);
    out.translated(setting.place());
  }

  private void protocols(Setting setting, Conditions into) {
    List<String> asked = new ArrayList<>();
    for (String value : setting.values()) {
      asked.addAll(value.equals("udp") ? List.of("udp") : List.of("connect", "bind"));
    }
    into.commands = both(into.commands, asked);
    out.translated(setting.place());
  }

  private static List<String> both(List<String> one, List<String> other) {
    return one.stream().filter(other::contains).toList();
  }

  private void proxyProtocol(Block block, Setting setting, Conditions into) {
    if (setting.values().contains("socks_v5")) {
      out.translated(setting.place());
    } else {
      into.neverMatches = true;
      block.settings().forEach(each -> out.translated(each.place()));
      out.left(block.place(), "Argyle speaks SOCKS 5 alone");
    }
  }

  /** A rule for those who have logged in, or for those who have not. */
  private void methods(Setting setting, Conditions into) {
    List<String> ours = new ArrayList<>();
    for (String value : setting.values()) {
      String method = Dante.ours(value);
      if (method == null) {
        out.left(
            new Statement(setting.place().line(), setting.keyword() + ": " + value),
            "Argyle has password, gssapi and none");
      } else {
        ours.add(method);
      }
    }
    out.translated(setting.place());
    if (ours.isEmpty()) {
      into.isExact = false;
    } else if (!ours.contains("password")) {
      into.users = List.of("-");
    } else if (!ours.contains("none")) {
      into.needsName = true;
    }
  }

  // Conditions of both

  private void from(Setting setting, Conditions into) {
    try {
      into.from = NetworkSet.parse(setting.values().getFirst());
      if (!ports(setting.values()).isEmpty()) {
        unknown(setting, into);
        return;
      }
      out.translated(setting.place());
    } catch (IllegalArgumentException | NoSuchElementException noNetwork) {
      unknown(setting, into); // a name, or an interface
    }
  }

  private void to(Setting setting, Conditions into) {
    try {
      into.to = targets(setting.values().getFirst());
      into.ports = ports(setting.values());
      out.translated(setting.place());
    } catch (IllegalArgumentException | NoSuchElementException unclear) {
      into.to = List.of();
      unknown(setting, into);
    }
  }

  private static List<String> targets(String text) {
    if (text.equals("0/0")) {
      return List.of("0.0.0.0/0", "::/0");
    }
    if (text.equals("lo") || text.equals("lo0")) {
      return List.of("127.0.0.0/8", "::1/128");
    }
    String base = text.replaceFirst("/.*", "");
    if (Addresses.parse(base) != null) {
      return NetworkSet.parse(text).texts();
    }
    if (text.startsWith(".")) {
      return List.of(text.substring(1), "*" + text);
    }
    if (text.indexOf('.') < 0) {
      throw new IllegalArgumentException("an interface");
    }
    return List.of(text);
  }

  /** What follows an address: {@code port = 80}, {@code port 1 - 1023}; empty: every port. */
  private static List<String> ports(List<String> values) {
    if (values.size() == 1) {
      return List.of();
    }
    if (!values.get(1).equals("port") || values.size() < 3) {
      throw new IllegalArgumentException("no port");
    }
    List<String> compared =
        values.size() == 4 ? Ports.compared(values.get(2), Ports.port(values.get(3))) : null;
    if (compared != null) {
      return compared;
    }
    String[] range = String.join("", values.subList(2, values.size())).split("-", 3);
    int least = Ports.port(range[0]);
    int most = Ports.port(range[range.length - 1]);
    if (range.length > 2 || (range.length == 1 && values.size() > 3)) {
      throw new IllegalArgumentException("no range of ports");
    }
    return Ports.range(least, most);
  }

  private static boolean isAnywhere(List<String> values) {
    return values.size() == 1 && List.of("0/0", "0.0.0.0/0", "::/0").contains(values.getFirst());
  }

  private void portRange(Setting setting) {
    String range = String.join("", setting.values());
    if (range.matches("[0-9]{1,5}-[0-9]{1,5}")) {
      out.byDefault(setting.place(), "socks.udp.ports", range);
      out.hint("socks.udp.ports counts for all clients; dante has it for a rule.");
    } else {
      out.left(setting.place(), "write it into socks.udp.ports, as 40000-40999");
    }
  }

  private void log(Setting setting) {
    out.unneeded(setting.place(), "the access log has every request at its end");
  }

  private void unknown(Setting setting, Conditions into) {
    into.isExact = false;
    out.left(setting.place(), "rules have no such condition; see docs/rules.md");
  }

  /** What is done with whom a rule has matched: the rule is as narrow without. */
  private void action(Setting setting, Conditions into) {
    String keyword = setting.keyword();
    if (keyword.equals("bandwidth")) {
      out.left(setting.place(), "limits of a user's rate belong to its account");
    } else if (keyword.startsWith("session.") || keyword.equals("maxsessions")) {
      out.left(
          setting.place(),
          "see socks.max-connections-per-source and socks.max-connections-per-user");
    } else if (keyword.startsWith("timeout.")) {
      out.left(setting.place(), "timeouts are for all: socks.idle-timeout and others");
    } else if (keyword.startsWith("gssapi.") || keyword.equals("clientcompatibility")) {
      out.left(setting.place(), "see socks.gssapi, which is for all");
    } else if (keyword.startsWith("pam.") || keyword.startsWith("bsdauth.")) {
      out.left(setting.place(), "users are those of argyle users");
    } else if (keyword.equals("libwrap")) {
      out.left(setting.place(), "nothing is run; use the access log");
    } else if (keyword.matches("(internal|external)\\..*")) {
      out.left(setting.place(), "socket options cannot be set");
    } else {
      into.isExact = false;
      out.left(setting.place(), "argyle import-config does not know it");
    }
  }

  // Routes

  /** What went through another proxy must not go out directly. */
  private void route(Block block) {
    Conditions conditions = new Conditions();
    String via = "";
    for (Setting setting : block.settings()) {
      out.translated(setting.place());
      switch (setting.keyword()) {
        case "from" -> from(setting, conditions);
        case "to" -> to(setting, conditions);
        case "via" -> via = String.join(" ", setting.values());
        default -> {} // of the way to the other proxy
      }
    }
    if (via.startsWith("direct")) {
      out.unneeded(block.place(), "Argyle connects to destinations itself");
      return;
    }
    out.rule(
        new Rule(
            block.place(),
            false,
            List.of(),
            conditions.from.isAll() ? List.of() : conditions.from.texts(),
            List.of(),
            conditions.to,
            conditions.ports,
            null));
    out.left(block.place(), Dante.NO_CHAIN);
  }
}
