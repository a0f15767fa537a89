package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.DanteFile.Setting;
import dev.argyle.wire.Addresses;
import java.util.List;
import java.util.NoSuchElementException;

/** What a block of dante's says, as far as we can say it; what we cannot is told at once. */
final class DanteConditions {

  static final List<String> COMMANDS = List.of("connect", "bind", "udp");

  NetworkSet from = NetworkSet.ALL;
  List<String> users = List.of();
  List<String> to = List.of();
  List<String> ports = List.of();
  List<String> commands = COMMANDS;
  boolean needsName;
  boolean isExact = true;
  boolean goesElsewhere;
  boolean neverMatches;

  private final Translation out;

  DanteConditions(Translation out) {
    this.out = out;
  }

  void from(Setting setting) {
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
    try {
      to = targets(setting.values().getFirst());
      ports = ports(setting.values());
      out.translated(setting.place());
    } catch (IllegalArgumentException | NoSuchElementException unclear) {
      to = List.of();
      unknown(setting);
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

  static boolean isAnywhere(List<String> values) {
    return values.size() == 1 && List.of("0/0", "0.0.0.0/0", "::/0").contains(values.getFirst());
  }

  void portRange(Setting setting) {
    String range = String.join("", setting.values());
    if (range.matches("[0-9]{1,5}-[0-9]{1,5}")) {
      out.byDefault(setting.place(), "socks.udp.ports", range);
      out.hint("socks.udp.ports counts for all clients; dante has it for a rule.");
    } else {
      out.left(setting.place(), "write it into socks.udp.ports, as 40000-40999");
    }
  }

  void log(Setting setting) {
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
      out.left(setting.place(), "nothing is run; use the access log");
    } else if (keyword.matches("(internal|external)\\..*")) {
      out.left(setting.place(), "socket options cannot be set");
    } else {
      isExact = false;
      out.left(setting.place(), "argyle import-config does not know it");
    }
  }
}
