package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.DanteFile.Block;
import dev.argyle.cli.migrate.DanteFile.Item;
import dev.argyle.cli.migrate.DanteFile.Setting;
import dev.argyle.wire.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates danted.conf(5), of dante 1.4. */
public final class Dante {

  static final String NO_CHAIN =
      "Argyle connects to destinations itself and through no other proxy; these are denied";

  private static final String LIMITS =
      "see socks.max-connections-per-source and socks.max-connections-per-user, for all together";
  private static final String SERVICE =
      "whoever starts the server decides which user it runs as (User= in argyle.service)";

  private static final int MOST_IDLE = 365 * 86_400;
  private static final int MOST_IDLE_UDP = 86_400;

  /**
   * A place that dante logs to.
   *
   * @param to a file, or {@code stdout}
   */
  private record LogTarget(Statement place, String to) {

    boolean isOutput() {
      return to.equals("stdout");
    }
  }

  /** Which of several external addresses a connection leaves by. */
  private enum Rotation {
    /** The first one of its family. */
    NONE,
    /** The one that the kernel's routes say. */
    ROUTE,
    /** The one that the client has connected to. */
    SAME_SAME
  }

  private final Translation out;
  private final List<Setting> listen = new ArrayList<>();
  private final List<Setting> external = new ArrayList<>();
  private final List<String> methods = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final List<LogTarget> logs = new ArrayList<>();
  private Rotation rotation = Rotation.NONE;
  private @Nullable Statement rotationPlace;
  private @Nullable Statement methodsPlace;

  private Dante(String file) {
    out = new Translation(file);
  }

  /**
   * Translates a file.
   *
   * @param file its name, for comments
   */
  public static Translation translate(String file, List<String> lines) {
    Dante dante = new Dante(file);
    for (Item item : DanteFile.read(lines)) {
      switch (item) {
        case Item.Broken(Statement place, String why) -> {
          dante.out.refuse(place, why);
          return dante.out;
        }
        case Item.OfSetting(Setting setting) -> dante.setting(setting);
        case Item.OfBlock(Block block) -> dante.blocks.add(block);
        case Item.Unreadable(Statement place) ->
            dante.out.left(place, "is no statement of danted.conf(5)");
      }
    }
    dante.finish();
    return dante.out;
  }

  private void finish() {
    Statement whole = new Statement(0, "dante");
    List<String> endpoints = new ArrayList<>();
    listen.forEach(setting -> listener(setting, endpoints));
    if (endpoints.removeIf(
        endpoint ->
            endpoint.startsWith("0.0.0.0:")
                && endpoints.contains("[::]:" + endpoint.substring("0.0.0.0:".length())))) {
      out.hint("[::] is every address, IPv4 included.");
    }
    if (!endpoints.isEmpty()) {
      out.set(listen.getFirst().place(), "socks.listen", Yaml.list(endpoints));
    }
    List<String> known = methods.isEmpty() ? List.of("password") : methods;
    out.byDefault(whole, "socks.authentication", "[" + String.join(", ", known) + "]");
    if (methodsPlace == null) {
      out.hint("Without socksmethod dante refuses everybody; here, users log in with a password.");
    }
    if (known.contains("password")) {
      out.hint(
          "The users of the system are not those of Argyle: argyle users import reads lines of"
              + " shadow(5), and argyle users add asks for a password.");
    }
    out.byDefault(whole, "socks.idle-timeout", "0"); // its own default
    boolean ipv6 = endpoints.stream().anyMatch(endpoint -> endpoint.startsWith("["));
    outgoing();
    logs();
    new DanteRules(out, known, ipv6).translate(blocks);
  }

  private void setting(Setting setting) {
    Statement place = setting.place();
    String keyword = setting.keyword().toLowerCase(Locale.ROOT);
    switch (keyword) {
      case "internal" -> listen.add(setting);
      case "external" -> external.add(setting);
      case "external.rotation" -> rotation(setting);
      case "socksmethod", "method" -> methods(setting);
      case "clientmethod" -> clientMethod(setting);
      case "timeout.negotiate" -> timeout(setting, "socks.handshake-timeout", 3_600, null);
      case "timeout.connect" -> timeout(setting, "socks.connect-timeout", 3_600, null);
      case "timeout.io" -> { // of both
        timeout(setting, "socks.idle-timeout", MOST_IDLE, "0");
        timeout(setting, "socks.udp.idle-timeout", MOST_IDLE_UDP, null);
      }
      case "timeout.io.tcp" -> timeout(setting, "socks.idle-timeout", MOST_IDLE, "0");
      case "timeout.io.udp" -> timeout(setting, "socks.udp.idle-timeout", MOST_IDLE_UDP, null);
      case "timeout.tcp_fin_wait" ->
          out.left(place, "socks.idle-timeout also ends connections of which one side has ended");
      case "logoutput" -> log(setting);
      case "errorlog" ->
          out.left(place, "the server's own messages go to standard error; send that elsewhere");
      case "user.privileged", "user.unprivileged", "user.notprivileged", "user.libwrap" ->
          out.unneeded(place, SERVICE);
      case "udp.connectdst" ->
          out.unneeded(place, "an association takes answers from all that it has sent to");
      case "debug", "child.maxrequests", "child.maxidle" ->
          out.unneeded(place, "there is one process, and nothing of the kind");
      case "srchost" ->
          out.left(place, "clients are known by address alone; name their networks in rules");
      case "compatibility" ->
          out.left(place, "outgoing connections have ports that the system chooses");
      case "extension" -> out.left(place, "BIND is as in RFC 1928, without the extension");
      case "libwrap.hosts_access" ->
          out.left(place, "hosts.allow and hosts.deny are not read; write rules with from");
      default -> other(setting, keyword);
    }
  }

  private void other(Setting setting, String keyword) {
    if (keyword.startsWith("cpu.")) {
      out.unneeded(setting.place(), "socks.loops is one per processor by itself");
    } else if (keyword.startsWith("session.")) {
      out.left(setting.place(), LIMITS);
    } else if (keyword.matches("(internal|external)\\.log\\..*")) {
      out.unneeded(
          setting.place(), "the access log has the reason of every end (log.format: json)");
    } else if (keyword.matches("(internal|external)\\.(protocol|address.*)")) {
      out.left(setting.place(), "name the addresses themselves, in socks.listen or egress");
    } else if (keyword.matches("(internal|external)\\..*")) {
      out.left(
          setting.place(), "socket options cannot be set, but for socks.keepalive and buffers");
    } else {
      out.left(setting.place(), "argyle import-config does not know it; see argyle.yaml(5)");
    }
  }

  private void listener(Setting setting, List<String> endpoints) {
    List<String> values = setting.values();
    String address = values.isEmpty() ? "" : values.getFirst();
    if (Addresses.parse(address) == null) {
      out.left(setting.place(), "name an address of this interface in socks.listen, with its port");
      return;
    }
    try {
      int port = values.size() > 1 ? Ports.port(values.getLast()) : 1080;
      boolean whole =
          values.size() == 1
              || String.join(" ", values.subList(1, values.size())).matches("port (= |eq )?\\S+");
      if (!whole) {
        throw new IllegalArgumentException("more than an address and a port");
      }
      out.translated(setting.place());
      endpoints.add((address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port);
    } catch (IllegalArgumentException unclear) {
      out.left(setting.place(), "write it as address:port into socks.listen");
    }
  }

  /** The addresses that connections leave by are those of the default egress. */
  private void outgoing() {
    List<String> addresses = new ArrayList<>();
    Set<Boolean> families = new HashSet<>();
    if (rotation == Rotation.SAME_SAME && rotationPlace != null) {
      out.set(rotationPlace, "egress.default.same-as-incoming", "true");
    }
    for (Setting setting : external) {
      String text = setting.values().isEmpty() ? "" : setting.values().getFirst();
      InetAddress address = setting.values().size() > 1 ? null : Addresses.parse(text);
      if (address == null) {
        out.left(
            setting.place(),
            "the system chooses the address by its routes; egress.default can have addresses, or an"
                + " interface");
      } else if (rotation == Rotation.SAME_SAME) {
        out.unneeded(setting.place(), "the address is the one that the client has connected to");
      } else if (rotation == Rotation.ROUTE) {
        out.left(
            setting.place(),
            "the system chooses the address by its routes, among all that it has; see egress"
                + " (docs/egress.md)");
      } else if (families.add(address instanceof Inet4Address)) {
        addresses.add(Addresses.text(address));
        out.extend(setting.place(), "egress.default.addresses", Yaml.list(addresses));
      } else {
        out.unneeded(
            setting.place(),
            "dante takes the first address of a family; egress.default can take them in turn (pick:"
                + " rotate)");
      }
    }
  }

  private void rotation(Setting setting) {
    Rotation asked =
        switch (String.join(" ", setting.values())) {
          case "none" -> Rotation.NONE;
          case "route" -> Rotation.ROUTE;
          case "same-same" -> Rotation.SAME_SAME;
          default -> null;
        };
    if (asked == null) {
      out.left(setting.place(), "see egress (docs/egress.md)");
      return;
    }
    if (rotationPlace != null) {
      replaced(rotationPlace, setting);
    }
    rotation = asked;
    rotationPlace = setting.place();
    out.translated(setting.place());
  }

  private void replaced(Statement before, Setting by) {
    out.unneeded(before, by.keyword() + " is set again in line " + by.place().line());
  }

  /** A second line replaces the first. */
  private void methods(Setting setting) {
    if (methodsPlace != null) {
      replaced(methodsPlace, setting);
      methods.clear();
    }
    methodsPlace = setting.place();
    if (setting.values().isEmpty()) {
      out.left(setting.place(), "it names no method");
    }
    setting.values().forEach(name -> method(name, setting.place()));
  }

  private void method(String name, Statement place) {
    String ours = ours(name);
    if (ours != null) {
      out.translated(place);
      if (!methods.contains(ours)) {
        methods.add(ours);
      }
    } else if (name.equals("gssapi")) {
      out.left(
          new Statement(place.line(), "socksmethod " + name),
          "set socks.gssapi.keytab and add gssapi to socks.authentication (docs/gssapi.md)");
    } else {
      out.left(
          new Statement(place.line(), "socksmethod " + name),
          "Argyle has password, gssapi and none; such clients need one of them");
    }
  }

  /** Our method; null: there is none that can be set without more. */
  static @Nullable String ours(String name) {
    return switch (name) {
      case "username", "pam.username", "bsdauth", "pam", "ldap.auth" -> "password";
      case "none" -> "none";
      default -> null;
    };
  }

  private void clientMethod(Setting setting) {
    if (setting.values().equals(List.of("none"))) {
      out.unneeded(setting.place(), "nothing is asked of a client before its SOCKS handshake");
    } else {
      out.left(setting.place(), "nothing is asked of a client before its SOCKS handshake");
    }
  }

  /**
   * A time in seconds.
   *
   * @param never what stands for 0; null: it must be longer
   */
  private void timeout(Setting setting, String path, int most, @Nullable String never) {
    String value = String.join(" ", setting.values());
    if (!value.matches("[0-9]{1,9}")) {
      out.left(setting.place(), "write it into " + path + ", as 30s");
      return;
    }
    int seconds = Integer.parseInt(value);
    if (seconds == 0 && never == null) {
      out.left(setting.place(), path + " has a default and is never unlimited");
    } else if (seconds > most) {
      out.set(setting.place(), path, most + "s");
      out.left(setting.place(), path + " is " + most + "s at most");
    } else {
      out.set(setting.place(), path, seconds == 0 ? String.valueOf(never) : seconds + "s");
    }
  }

  private void log(Setting setting) {
    if (setting.values().isEmpty()) {
      out.left(setting.place(), "write it into log.access");
    }
    for (String to : setting.values()) {
      Statement place = new Statement(setting.place().line(), "logoutput: " + to);
      if (to.equals("stdout") || to.startsWith("/")) {
        logs.add(new LogTarget(place, to));
      } else if (to.equals("stderr")) {
        out.unneeded(place, "the access log goes to standard output, messages to standard error");
      } else {
        out.left(place, "use standard output, which systemd sends to the journal");
      }
    }
  }

  /** Dante writes into all of them. We have one, and a file rather than standard output. */
  private void logs() {
    if (logs.isEmpty()) {
      return;
    }
    LogTarget ours =
        logs.stream().filter(log -> !log.isOutput()).findFirst().orElse(logs.getFirst());
    String target = ours.to();
    out.set(ours.place(), "log.access", ours.isOutput() ? target : Yaml.quoted(target));
    for (LogTarget log : logs) {
      if (!log.to().equals(target)) {
        out.left(log.place(), "log.access is one place, which is " + target);
      } else {
        out.translated(log.place());
      }
    }
  }
}
