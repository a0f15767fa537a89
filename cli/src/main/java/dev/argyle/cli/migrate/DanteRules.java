package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.DanteFile.Block;
import dev.argyle.cli.migrate.DanteFile.Setting;
import dev.argyle.server.config.Network;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

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

  /** Among the commands of a rule: its answers, which have no command of ours. */
  private static final String ANSWERS = "answers";

  private final Translation out;
  private final List<String> methods;
  private final boolean ipv6Clients;

  /**
   * @param methods ours, of the whole file
   * @param ipv6Clients whether there is an IPv6 listener
   */
  DanteRules(Translation out, List<String> methods, boolean ipv6Clients) {
    this.out = out;
    this.methods = methods;
    this.ipv6Clients = ipv6Clients;
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
          out.left(
              block.place(),
              isOfHosts(block)
                  ? "clients are known by address alone; with such a rule, none is let in here"
                  : "is no kind of rule that argyle import-config knows");
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
    if (blocks.stream().anyMatch(DanteRules::isOfHosts)) {
      undecided = NetworkSet.NONE; // dante wants one that passes, and we cannot know whom it does
    }
    for (Block block : blocks) {
      String kind = block.kind().toLowerCase(Locale.ROOT);
      if (!kind.startsWith("client ")) {
        continue;
      }
      boolean pass = kind.equals("client pass");
      DanteConditions conditions = new DanteConditions(out);
      block.settings().forEach(setting -> clientCondition(setting, conditions));
      conditions.mustHaveAddresses(block.place());
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

  private static boolean isOfHosts(Block block) {
    return block.kind().toLowerCase(Locale.ROOT).startsWith("hostid ");
  }

  private void clientCondition(Setting setting, DanteConditions into) {
    switch (setting.keyword()) {
      case "from" -> into.from(setting);
      case "to" -> into.listener(setting);
      case "clientmethod" -> {
        if (setting.values().equals(List.of("none"))) {
          out.translated(setting.place());
        } else {
          into.unknown(setting);
        }
      }
      case "log" -> into.log(setting);
      case "user", "group" -> into.unknown(setting);
      default -> into.action(setting);
    }
  }

  // Socks rules

  private void pass(Block block, NetworkSet clients, List<Rule> rules) {
    DanteConditions conditions = conditions(block, true);
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
    rules.add(rule);
    out.translated(block.place());
  }

  private void block(Block block, List<Rule> rules) {
    DanteConditions conditions = conditions(block, false);
    if (!conditions.answers.isEmpty()) {
      out.left(block.place(), "answers come in with their command, which is denied as a whole");
      rules.add(Rule.deny(block.place(), List.of()).withCommands(conditions.answers));
    }
    if (conditions.neverMatches) {
      return;
    }
    rules.add(rule(block, false, conditions, conditions.from));
    if (conditions.hasNames()) {
      out.left(
          block.place(),
          "denies the name alone; deny its addresses, too, since a client can ask for these");
    }
    out.translated(block.place());
  }

  private Rule rule(Block block, boolean allow, DanteConditions conditions, NetworkSet from) {
    boolean all = from.isAll() || (!ipv6Clients && from.plus(ipv6()).isAll());
    return new Rule(
        block.place(),
        allow,
        conditions.users(),
        all ? List.of() : from.texts(),
        conditions.commands.equals(DanteConditions.COMMANDS) ? List.of() : conditions.commands,
        conditions.to,
        conditions.ports,
        null);
  }

  private static NetworkSet ipv6() {
    return new NetworkSet(List.of(Network.parse("::/0")));
  }

  private DanteConditions conditions(Block block, boolean allow) {
    DanteConditions into = new DanteConditions(out);
    Set<String> commands = new LinkedHashSet<>();
    Set<String> protocols = new LinkedHashSet<>();
    Set<String> proxyProtocols = new LinkedHashSet<>();
    for (Setting setting : block.settings()) {
      switch (setting.keyword()) {
        case "from" -> into.from(setting);
        case "to" -> into.to(setting);
        case "command" -> commands(setting, commands, into);
        case "protocol" -> protocols(setting, protocols, into);
        case "proxyprotocol" -> proxyProtocols(setting, proxyProtocols, into);
        case "socksmethod", "method" -> into.methods(setting);
        case "user" -> into.users(setting);
        case "group" -> into.unknown(setting);
        case "log" -> into.log(setting);
        case "udp.portrange" -> into.portRange(setting);
        case "redirect.to", "redirect.from" -> {
          into.goesElsewhere = true;
          out.left(setting.place(), "nothing is redirected; what this rule passed is denied");
        }
        default -> into.action(setting);
      }
    }
    into.mustHaveAddresses(block.place());
    into.decideMethods(allow);
    into.commands =
        DanteConditions.COMMANDS.stream()
            .filter(command -> commands.isEmpty() || commands.contains(command))
            .filter(command -> protocols.isEmpty() || protocols.contains(command))
            .toList();
    if (!proxyProtocols.isEmpty() && !proxyProtocols.contains("socks_v5")) {
      into.neverMatches = true;
      out.left(block.place(), "Argyle speaks SOCKS 5 alone");
    } else if (commands.equals(Set.of(ANSWERS))) {
      into.neverMatches = true;
      if (allow) {
        out.unneeded(
            block.place(), "what answers to a BIND or a datagram is let in by its command");
      }
    } else if (into.commands.isEmpty()) {
      into.neverMatches = true;
      out.unneeded(block.place(), "no command is of this protocol");
    }
    return into;
  }

  /** Answers to a BIND, and datagrams that come back, are part of their command with us. */
  private void commands(Setting setting, Set<String> asked, DanteConditions into) {
    boolean isKnown = !setting.values().isEmpty();
    for (String value : setting.values()) {
      switch (value) {
        case "connect", "bind" -> asked.add(value);
        case "udpassociate" -> asked.add("udp");
        case "bindreply" -> into.answers.add("bind");
        case "udpreply" -> into.answers.add("udp");
        default -> isKnown = false;
      }
    }
    if (isKnown) {
      asked.add(ANSWERS); // so that there is something, if there are only answers
      out.translated(setting.place());
    } else {
      asked.addAll(DanteConditions.COMMANDS);
      into.unknown(setting);
    }
  }

  private void protocols(Setting setting, Set<String> asked, DanteConditions into) {
    boolean isKnown = !setting.values().isEmpty();
    for (String value : setting.values()) {
      switch (value) {
        case "tcp" -> asked.addAll(List.of("connect", "bind"));
        case "udp" -> asked.add("udp");
        default -> isKnown = false;
      }
    }
    if (isKnown) {
      out.translated(setting.place());
    } else {
      asked.addAll(DanteConditions.COMMANDS);
      into.unknown(setting);
    }
  }

  private void proxyProtocols(Setting setting, Set<String> asked, DanteConditions into) {
    asked.addAll(setting.values());
    out.translated(setting.place());
    for (String value : setting.values()) {
      if (value.matches("socks_v4|http(_v1.0)?|upnp|msproxy_v2")) {
        out.left(
            new Statement(setting.place().line(), "proxyprotocol: " + value),
            "Argyle speaks SOCKS 5 alone");
      } else if (!value.equals("socks_v5")) {
        asked.add("socks_v5"); // it may be meant
        into.unknown(setting);
      }
    }
  }

  // Routes

  /** What went through another proxy must not go out directly. */
  private void route(Block block) {
    DanteConditions conditions = new DanteConditions(out);
    String via = "";
    for (Setting setting : block.settings()) {
      out.translated(setting.place());
      switch (setting.keyword()) {
        case "from" -> conditions.from(setting);
        case "to" -> conditions.to(setting);
        case "via" -> via = String.join(" ", setting.values());
        default -> {} // of the way to the other proxy
      }
    }
    if (via.equals("direct")) {
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
