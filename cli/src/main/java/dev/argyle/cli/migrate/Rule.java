package dev.argyle.cli.migrate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of our rules in the making. An empty list stands for "any". */
record Rule(
    Statement origin,
    boolean allow,
    List<String> users,
    List<String> from,
    List<String> commands,
    List<String> to,
    List<String> ports,
    @Nullable String source) {

  Rule {
    users = List.copyOf(users);
    from = List.copyOf(from);
    commands = List.copyOf(commands);
    to = List.copyOf(to);
    ports = List.copyOf(ports);
  }

  /** Denies everything. */
  static Rule denyAll(Statement origin) {
    return deny(origin, List.of());
  }

  /** Denies these destinations. */
  static Rule deny(Statement origin, List<String> to) {
    return new Rule(origin, false, List.of(), List.of(), List.of(), to, List.of(), null);
  }

  Rule withFrom(List<String> networks) {
    return new Rule(origin, allow, users, networks, commands, to, ports, source);
  }

  Rule withCommands(Collection<String> ours) {
    return new Rule(origin, allow, users, from, List.copyOf(ours), to, ports, source);
  }

  Rule withUsers(boolean allowed, List<String> names) {
    return new Rule(origin, allowed, names, from, commands, to, ports, allowed ? source : null);
  }

  /** An allowed connection comes from this address. */
  Rule withSource(@Nullable String address) {
    return new Rule(origin, allow, users, from, commands, to, ports, allow ? address : null);
  }

  /** As an element of the list {@code rules}. */
  String yaml() {
    List<String> parts = new ArrayList<>();
    parts.add("allow: " + allow);
    add(parts, "users", users, true);
    add(parts, "from", from, true);
    add(parts, "commands", commands, false);
    add(parts, "to", to, true);
    add(parts, "ports", ports, false);
    if (source != null) {
      parts.add("source: " + Yaml.quoted(source));
    }
    return "{ " + String.join(", ", parts) + " }";
  }

  private static void add(List<String> parts, String key, List<String> values, boolean quoted) {
    if (!values.isEmpty()) {
      List<String> shown = values.stream().map(quoted ? Yaml::quoted : value -> value).toList();
      parts.add(key + ": [" + String.join(", ", shown) + "]");
    }
  }
}
