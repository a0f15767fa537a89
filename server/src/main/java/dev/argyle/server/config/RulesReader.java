package dev.argyle.server.config;

import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Reads {@code rules}. */
final class RulesReader {

  private static final String ANY = "leave the key out for any";
  private static final int MAX_USER_OCTETS = 255; // RFC 1929, section 2

  private RulesReader() {}

  static List<RuleLine> read(Section top) {
    Value rules = top.value("rules");
    return rules == null || rules.isNull()
        ? List.of()
        : rules.read(List.of(), list -> list.list(RulesReader::rule));
  }

  private static RuleLine rule(Value value) {
    try (Section rule = new Section(value, value.key(), value.problems())) {
      return new RuleLine(
          allow(rule, value),
          Set.copyOf(rule.some("users", List.of(), ANY, RulesReader::user)),
          rule.some("from", List.of(), ANY, from -> Network.parse(from.text())),
          Set.copyOf(rule.someWords("commands", List.of(), ANY, Command.class)),
          rule.some("to", List.of(), ANY, to -> Target.parse(to.text())),
          rule.some("ports", List.of(), ANY, ports -> PortRange.parse(ports.text())),
          rule.readOrNull("source", null, RulesReader::source),
          value.place());
    }
  }

  private static boolean allow(Section rule, Value whole) {
    if (rule.value("allow") == null && (whole.isMap() || whole.isNull())) {
      whole.wrong("has no allow; a rule says allow: true or allow: false");
    }
    return rule.flag("allow", false);
  }

  private static String user(Value value) {
    String name = value.text();
    int octets = name.getBytes(StandardCharsets.UTF_8).length;
    if (octets < 1 || octets > MAX_USER_OCTETS) {
      throw new IllegalArgumentException(
          "a user's name has 1 to 255 octets, and this one has " + octets);
    }
    return name;
  }

  private static InetAddress source(Value value) {
    return SocksReader.unicast(value);
  }
}
