package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.ThreeProxyFile.Command;
import dev.argyle.wire.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates 3proxy.cfg, of 3proxy 0.9. Its commands count from their line on, and a service takes
 * what counts when its line comes.
 */
public final class ThreeProxy {

  private static final List<String> OTHER_SERVICES =
      List.of(
          "tcppm", "udppm", "ftppr", "pop3p", "smtpp", "imapp", "dnspr", "icqpr", "tlspr", "auto");

  /** What the services of SOCKS have together: there is one for all. */
  private record Service(
      List<String> methods, List<Rule> rules, boolean isListed, @Nullable Outgoing outgoing) {}

  /**
   * What connections leave by.
   *
   * @param address null: the system chooses
   * @param family as an egress has it; null: both
   */
  private record Outgoing(@Nullable String address, @Nullable String family) {}

  /** Which addresses of a name connections go to, as an egress has it. */
  private static final Map<String, String> FAMILIES =
      Map.of("-4", "only-4", "-6", "only-6", "-46", "prefer-4", "-64", "prefer-6");

  private final Translation out;
  private final ThreeProxyAcl acl;
  private final List<String> listen = new ArrayList<>();
  private final List<String> nameServers = new ArrayList<>();
  private List<String> methods = List.of("none");
  private boolean ignoresRules = true;
  private boolean hasLines;
  private String internal = "0.0.0.0";
  private @Nullable String external;
  private @Nullable Service first;

  private ThreeProxy(String file) {
    out = new Translation(file);
    acl = new ThreeProxyAcl(out);
  }

  /**
   * Translates a file.
   *
   * @param file its name, for comments
   */
  public static Translation translate(String file, List<String> lines) {
    ThreeProxy threeProxy = new ThreeProxy(file);
    ThreeProxyFile.read(lines).forEach(threeProxy::command);
    threeProxy.finish();
    return threeProxy.out;
  }

  private void finish() {
    Service service = first;
    if (service == null) {
      out.hint("The file has no socks service, so there is nothing to serve.");
      return;
    }
    service.rules().forEach(out::rule);
    if (service.isListed()) {
      out.rule(Rule.denyAll(new Statement(0, "3proxy denies what no line allows")));
    }
  }

  private void command(Command line) {
    Statement place = line.place();
    switch (line.name()) {
      case "socks" -> socks(line);
      case "internal" -> {
        internal = line.argument(0);
        out.translated(place);
      }
      case "external" -> {
        external = address(line.argument(0));
        out.translated(place);
      }
      case "auth" -> auth(line);
      case "allow", "deny" -> {
        hasLines = true;
        acl.add(line);
      }
      case "parent" -> acl.parent(line);
      case "flush" -> {
        hasLines = false;
        acl.flush();
        out.translated(place);
      }
      case "nserver" -> nameServer(line);
      case "nscache" -> count(line, "dns.cache-entries", 0);
      case "maxconn" -> count(line, "socks.max-connections", 1);
      case "timeouts" -> timeouts(line);
      case "log" -> log(line);
      case "users" -> users(line);
      default -> other(line);
    }
  }

  private void other(Command line) {
    Statement place = line.place();
    String name = line.name();
    switch (name) {
      case "daemon", "service", "pidfile", "setuid", "setgid", "chroot" ->
          out.unneeded(place, "whoever starts the server decides this: see argyle.service");
      case "stacksize", "maxseg", "delimchar", "config", "end", "authcache", "nscache6" ->
          out.unneeded(place, "nothing of the kind has to be set");
      case "rotate", "archiver" ->
          out.unneeded(place, "logrotate moves the logs away and sends SIGUSR1");
      case "logformat", "logdump" -> out.left(place, "log.format is tab or json");
      case "nsrecord", "fakeresolve" -> out.left(place, "names are those of the name servers");
      case "proxy" -> out.left(place, "Argyle speaks SOCKS 5 alone and is no HTTP proxy");
      case "admin" -> out.left(place, "the dashboard is on management.http.listen");
      case "include" -> out.left(place, "translate that file, too, and put both together");
      case "bandlimin", "bandlimout", "nobandlimin", "nobandlimout" ->
          out.left(place, "limits of a user's rate belong to its account");
      case "counter", "countin", "countout", "nocountin", "nocountout", "countall" ->
          out.left(place, "argyle ctl and the dashboard show what each user has used");
      case "connlim", "noconnlim" ->
          out.left(
              place, "see socks.max-connections-per-source and socks.max-connections-per-user");
      case "force", "noforce" ->
          out.unneeded(place, "open connections stay when the configuration is read again");
      case "redirect" -> out.left(place, Dante.NO_CHAIN);
      case "system", "plugin", "monitor", "dialer", "writable" ->
          out.left(place, "nothing is run, loaded or written by the configuration");
      default ->
          out.left(
              place,
              OTHER_SERVICES.contains(name)
                  ? "Argyle speaks SOCKS 5 alone"
                  : "argyle import-config does not know it; see argyle.yaml(5)");
    }
  }

  private void auth(Command line) {
    List<String> kinds = line.arguments().stream().filter(kind -> !kind.equals("cache")).toList();
    out.translated(line.place());
    ignoresRules = kinds.equals(List.of("none"));
    if (ignoresRules || kinds.equals(List.of("iponly"))) {
      methods = List.of("none");
      return;
    }
    methods = List.of("password");
    if (!kinds.equals(List.of("strong"))) {
      out.left(line.place(), "everybody logs in with a name and a password; see docs/accounts.md");
    }
  }

  private void socks(Command line) {
    String host = internal;
    String source = external;
    String family = null;
    String port = "1080";
    for (String option : line.arguments()) {
      if (option.startsWith("-p")) {
        port = option.substring(2);
      } else if (option.startsWith("-i")) {
        host = option.substring(2);
      } else if (option.startsWith("-e")) {
        source = address(option.substring(2));
      } else if (FAMILIES.containsKey(option)) {
        family = FAMILIES.get(option);
      } else {
        Statement place = new Statement(line.place().line(), "socks " + option);
        if (option.equals("-n") || option.equals("-a") || option.equals("-d")) {
          out.unneeded(place, "it has no counterpart in SOCKS 5");
        } else {
          out.left(place, "see argyle.yaml(5)");
        }
      }
    }
    if (Addresses.parse(host) == null || !port.matches("[0-9]{1,5}")) {
      out.left(line.place(), "write its address and port into socks.listen");
      return;
    }
    Outgoing outgoing = source == null && family == null ? null : new Outgoing(source, family);
    add(line, (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port, outgoing);
  }

  private void add(Command line, String endpoint, @Nullable Outgoing outgoing) {
    Service service = new Service(methods, acl.rules(), hasLines, outgoing);
    Service before = first;
    if (before == null) {
      first = service;
      outgoing(line, outgoing);
      out.set(line.place(), "socks.authentication", "[" + String.join(", ", methods) + "]");
      if (ignoresRules && hasLines) {
        out.hint("With auth none 3proxy ignores its lists; here they count.");
      }
    } else if (!before.equals(service)) {
      out.left(
          line.place(),
          "it has other users, rules or addresses than the first: run a server of its own for it,"
              + " with another --data");
      return;
    }
    listen.add(endpoint);
    out.set(line.place(), "socks.listen", Yaml.list(listen));
  }

  /** The default egress is for all connections but those that a rule gives another address. */
  private void outgoing(Command line, @Nullable Outgoing outgoing) {
    if (outgoing != null && outgoing.address() != null) {
      out.set(line.place(), "egress.default.addresses", Yaml.list(List.of(outgoing.address())));
    }
    if (outgoing != null && outgoing.family() != null) {
      out.set(line.place(), "egress.default.family", outgoing.family());
    }
  }

  private static @Nullable String address(String text) {
    return Addresses.parse(text) == null || text.equals("0.0.0.0") || text.equals("::")
        ? null
        : text;
  }

  private void nameServer(Command line) {
    String[] parts = line.argument(0).split("/", 2);
    if (parts.length > 1) {
      out.left(line.place(), "name servers are asked over UDP, and over TCP for long answers");
    } else {
      nameServers.add(parts[0]);
      out.set(line.place(), "dns.servers", Yaml.list(nameServers));
    }
  }

  private void count(Command line, String path, int least) {
    String value = line.argument(0);
    if (!value.matches("[0-9]{1,9}")) {
      out.left(line.place(), "write it into " + path);
      return;
    }
    int number = Math.clamp(Integer.parseInt(value), least, 1_000_000);
    out.set(line.place(), path, String.valueOf(number));
  }

  /** Of up to ten times, in seconds, four have a counterpart. */
  private void timeouts(Command line) {
    time(line, 2, "socks.handshake-timeout", 3_600); // of a line
    time(line, 5, "socks.idle-timeout", 365 * 86_400);
    time(line, 6, "dns.question-timeout", 3_600);
    time(line, 8, "socks.connect-timeout", 3_600);
    out.hint("Of the timeouts, those for single characters and for parents have no counterpart.");
  }

  private void time(Command line, int index, String path, int most) {
    String value = line.argument(index);
    if (value.matches("[1-9][0-9]{0,8}")) {
      out.set(line.place(), path, Math.min(Integer.parseInt(value), most) + "s");
    } else {
      out.translated(line.place());
    }
  }

  private void log(Command line) {
    String to = line.arguments().isEmpty() ? "stdout" : line.argument(0);
    if (to.startsWith("@") || to.startsWith("&") || to.indexOf('%') >= 0) {
      out.left(line.place(), "log.access is stdout or a file; systemd sends stdout to its journal");
      return;
    }
    out.set(line.place(), "log.access", to.equals("stdout") ? to : Yaml.quoted(to));
    if (line.arguments().size() > 1) {
      out.unneeded(line.place(), "logrotate moves the logs away and sends SIGUSR1");
    }
  }

  /** Their passwords are not for comments. */
  private void users(Command line) {
    List<String> names = new ArrayList<>();
    for (String user : line.arguments()) {
      if (user.startsWith("$")) {
        out.left(
            new Statement(line.place().line(), "users " + user),
            "add the users of that file: argyle users add asks for a password");
      } else {
        names.add(user.replaceFirst(":.*", ""));
      }
    }
    if (!names.isEmpty()) {
      boolean hashes =
          line.arguments().stream().anyMatch(user -> user.matches("[^:]+:CR:\\$[256].*"));
      out.left(
          new Statement(line.place().line(), "users " + String.join(" ", names)),
          "add them with argyle users add NAME"
              + (hashes ? ", or give lines NAME:HASH to argyle users import" : ""));
    }
  }
}
