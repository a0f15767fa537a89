package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.DanteFile.Setting;
import dev.argyle.wire.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;

/** What a block of dante's says, as far as we can say it; what we cannot is told at once. */
final class DanteConditions {

  static final List<String> COMMANDS = List.of("connect", "bind", "udp");

  private static final Set<String> ANYWHERE = Set.of("0/0", "0.0.0.0/0", "::/0");

  private static final Set<String> LOGGED =
      Set.of("connect", "data", "disconnect", "error", "ioop", "iooperation", "tcpinfo");

  NetworkSet from = NetworkSet.ALL;
  List<String> to = List.of();
  List<String> ports = List.of();
  List<String> commands = COMMANDS;

  /** Commands of which the answers are meant; a rule may be for these alone. */
  final Set<String> answers = new LinkedHashSet<>();

  boolean needsName;
  boolean isExact = true;
  boolean goesElsewhere;
  boolean neverMatches;

  private final Translation out;
  private final List<String> users = new ArrayList<>();
  private final Set<String> methods = new LinkedHashSet<>();
  private boolean hasFrom;
  private boolean hasTo;
  private boolean usersAreUnknown;
  private boolean methodsAreUnknown;

  DanteConditions(Translation out) {
    this.out = out;
  }

  /** What dante demands of each rule; without, it reads no such file. */
  void mustHaveAddresses(Statement rule) {
    if (!hasFrom || !hasTo) {
      isExact = false;
      out.left(rule, "dante demands a from and a to of every rule");
    }
  }

  void from(Setting setting) {
    if (hasFrom) {
      from = NetworkSet.ALL;
      unknown(setting); // dante takes one
      return;
    }
    hasFrom = true;
    try {
      from = NetworkSet.parse(setting.values().getFirst());
      if (!ports(setting.values()).isEmpty()) {
        unknown(setting);
        return;
      }
      out.translated(setting.place());
    } catch (IllegalArgumentException | NoSuchElementException noNetwork) {
      unknown(setting); // a name, or an interface
    }
  }

  void to(Setting setting) {
    if (hasTo) {
      to = List.of();
      ports = List.of();
      unknown(setting);
      return;
    }
    hasTo = true;
    try {
      to = targets(setting.values().getFirst());
      ports = ports(setting.values());
      out.translated(setting.place());
    } catch (IllegalArgumentException | NoSuchElementException unclear) {
      to = List.of();
      unknown(setting);
    }
  }

  /** Several lines add to each other. */
  void users(Setting setting) {
    for (String name : setting.values()) {
      usersAreUnknown |= ThreeProxyAcl.isSpecial(name);
    }
    users.addAll(setting.values());
    if (usersAreUnknown || users.isEmpty()) {
      usersAreUnknown = true;
      unknown(setting);
    } else {
      out.translated(setting.place());
    }
  }

  /** Ours; empty: any. */
  List<String> users() {
    if (usersAreUnknown) {
      return List.of();
    }
    return users.isEmpty() && isForNobody() ? List.of("-") : users;
  }

  private boolean isForNobody() {
    return !methodsAreUnknown && methods.equals(Set.of("none"));
  }

  /** Those of a rule: for clients that have logged in, or for those that have not. */
  void methods(Setting setting) {
    for (String value : setting.values()) {
      String method = Dante.ours(value);
      if (method == null) {
        methodsAreUnknown = true;
        out.left(
            new Statement(setting.place().line(), setting.keyword() + ": " + value),
            "Argyle has password, gssapi and none");
      } else {
        methods.add(method);
      }
    }
    out.translated(setting.place());
  }

  /**
   * What the methods come to, when all were read.
   *
   * @param allow whether the rule passes: it is as well for those methods alone that we have
   */
  void decideMethods(boolean allow) {
    if (allow && methodsAreUnknown) {
      isExact &= !methods.isEmpty();
      methodsAreUnknown = methods.isEmpty();
    }
    if (isForNobody() && !users.isEmpty()) {
      isExact = false; // who has not logged in has no name
    }
    needsName = !methodsAreUnknown && methods.equals(Set.of("password"));
  }

  /** Whether it is for destinations by name. */
  boolean hasNames() {
    return to.stream().anyMatch(target -> Addresses.parse(target.replaceFirst("/.*", "")) == null);
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

  /** In a client rule, {@code to} is the address that the client has connected to. */
  void listener(Setting setting) {
    hasTo = true;
    if (setting.values().size() == 1 && ANYWHERE.contains(setting.values().getFirst())) {
      out.translated(setting.place());
    } else {
      isExact = false;
      out.left(setting.place(), "rules do not look at the listener's address");
    }
  }

  void portRange(Setting setting) {
    String range = String.join("", setting.values());
    if (range.matches("[0-9]{1,5}-[0-9]{1,5}")) {
      out.set(setting.place(), "socks.udp.ports", range);
      out.hint("socks.udp.ports counts for all clients; dante has it for a rule.");
    } else {
      out.left(setting.place(), "write it into socks.udp.ports, as 40000-40999");
    }
  }

  void log(Setting setting) {
    if (!LOGGED.containsAll(setting.values())) {
      unknown(setting); // it may be a condition
      return;
    }
    out.unneeded(setting.place(), "the access log has every request at its end");
  }

  void unknown(Setting setting) {
    isExact = false;
    out.left(setting.place(), "rules have no such condition; see docs/rules.md");
  }

  /** What is done with whom a rule has matched: the rule is as narrow without. */
  void action(Setting setting) {
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
      isExact &= !setting.values().contains("deny"); // hosts_options(5)
      out.left(setting.place(), "nothing is run; use the access log");
    } else if (keyword.matches("(internal|external)\\..*")) {
      out.left(setting.place(), "socket options cannot be set");
    } else {
      isExact = false;
      out.left(setting.place(), "argyle import-config does not know it");
    }
  }
}
