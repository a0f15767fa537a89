package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.ThreeProxyFile.Command;
import dev.argyle.wire.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Translates 3proxy.cfg, of 3proxy 0.9. Its commands count from their line on, and a service takes
 * what counts when its line comes.
 */
public final class ThreeProxy {

  /** What the services of SOCKS have together: there is one for all. */
  private record Service(
      List<String> methods, List<Rule> rules, boolean isListed, Outgoing outgoing) {}

  /**
   * What connections leave by.
   *
   * @param addresses at most one of a family; empty: the system chooses
   * @param family as an egress has it; null: both
   */
  private record Outgoing(List<String> addresses, @Nullable String family) {
    Outgoing {
      addresses = List.copyOf(addresses);
    }
  }

  /** Commands that 3proxy takes with one argument alone. */
  private static final Set<String> ONE_ARGUMENT =
      Set.of("internal", "external", "nserver", "nscache", "maxconn");

  private static final String NO_TIMES =
      "Of the timeouts, the 1st, 2nd, 4th, 5th, 8th and 10th have no counterpart.";

  /** Which addresses of a name connections go to, as an egress has it. */
  private static final Map<String, String> FAMILIES =
      Map.of("-4", "only-4", "-6", "only-6", "-46", "prefer-4", "-64", "prefer-6");

  /** Of connections, and of names in a cache. */
  private static final int MOST = 1_000_000;

  private final Translation out;
  private final ThreeProxyAcl acl;
  private final ThreeProxyPending pending;

  /** By whether they are of IPv4; what is not in it is chosen by the system. */
  private final Map<Boolean, String> external = new TreeMap<>(Comparator.reverseOrder());

  private final List<String> listen = new ArrayList<>();
  private final List<String> nameServers = new ArrayList<>();
  private List<String> methods = List.of("none");
  private boolean ignoresRules = true;
  private boolean hasLines;
  private String internal = "0.0.0.0";
  private @Nullable Command mostConnections;
  private @Nullable Service first;

  private ThreeProxy(String file) {
    out = new Translation(file);
    acl = new ThreeProxyAcl(out);
    pending = new ThreeProxyPending(out);
  }

  /**
   * Translates a file.
   *
   * @param file its name, for comments
   */
  public static Translation translate(String file, List<String> lines) {
    ThreeProxy threeProxy = new ThreeProxy(file);
    threeProxy.file(ThreeProxyFile.read(lines));
    return threeProxy.out;
  }

  private void file(ThreeProxyFile.Contents contents) {
    Statement unclosed = contents.unclosed();
    if (unclosed != null) {
      out.refuse(unclosed, "a quotation mark is not closed, and 3proxy reads no such file");
      return;
    }
    contents
        .skipped()
        .forEach(place -> out.unneeded(place, "3proxy skips lines that begin with white space"));
    contents.commands().forEach(this::command);
    Statement end = contents.end();
    if (end != null) {
      int lines = contents.unread().size();
      contents.unread().forEach(out::translated); // the note for end is for them, too
      out.unneeded(
          end,
          lines == 0
              ? "nothing is behind it"
              : "3proxy reads nothing behind it: lines "
                  + contents.unread().getFirst().line()
                  + " to "
                  + contents.unread().getLast().line()
                  + " do not count");
    }
    finish();
  }

  private void finish() {
    pending.finish();
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
    String name = line.name();
    if (ONE_ARGUMENT.contains(name) && (line.arguments().size() != 1 || line.includes())
        || name.equals("flush") && !line.arguments().isEmpty()) {
      out.left(place, "3proxy takes it with other arguments; see argyle.yaml(5)");
      if (name.equals("internal")) {
        internal = ""; // not known: services need an address of their own
      }
      return;
    }
    switch (name) {
      case "socks" -> socks(line);
      case "internal" -> {
        internal = line.argument(0);
        pending.setting("internal", place);
      }
      case "external" -> leaveBy(line.argument(0), place);
      case "auth" -> auth(line);
      case "allow", "deny", "redirect" -> {
        hasLines = true;
        acl.add(line);
        pending.listed(place);
      }
      case "include" -> include(line);
      case "parent" -> {
        acl.parent(line);
        pending.listed(ThreeProxyAcl.withoutPassword(line).place());
      }
      case "flush" -> {
        hasLines = false;
        acl.flush();
        pending.flushed(place);
      }
      case "nserver" -> nameServer(line);
      case "nscache" -> count(line, "dns.cache-entries", 0);
      case "maxconn" -> {
        mostConnections = line;
        pending.setting("maxconn", place);
      }
      case "timeouts" -> timeouts(line);
      case "log" -> log(line);
      case "users" -> users(line);
      default -> ThreeProxyRest.name(line, out);
    }
  }

  private void auth(Command line) {
    Statement place = line.place();
    pending.setting("auth", place);
    List<String> kinds = line.arguments().stream().filter(kind -> !kind.equals("cache")).toList();
    if (kinds.size() < line.arguments().size()) {
      out.unneeded(new Statement(place.line(), "auth cache"), "every connection logs in");
    }
    ignoresRules = kinds.equals(List.of("none"));
    if (ignoresRules || kinds.equals(List.of("iponly"))) {
      methods = List.of("none");
      return;
    }
    methods = List.of("password");
    if (!kinds.equals(List.of("strong"))) {
      out.left(place, "everybody logs in with a name and a password; see docs/accounts.md");
    }
  }

  /** That file may say anything: who must log in, too. */
  private void include(Command line) {
    hasLines = true;
    ignoresRules = false;
    methods = List.of("password");
    acl.include(line);
    pending.listed(line.place());
  }

  /** 3proxy has an address of each family. */
  private void leaveBy(String address, Statement place) {
    InetAddress parsed = Addresses.parse(address);
    if (parsed == null) {
      out.left(place, "write its address into egress.default");
      return;
    }
    pending.setting(parsed instanceof Inet4Address ? "external 4" : "external 6", place);
    leaveBy(external, parsed);
  }

  private static void leaveBy(Map<Boolean, String> of, InetAddress address) {
    if (address.isAnyLocalAddress()) {
      of.remove(address instanceof Inet4Address);
    } else {
      of.put(address instanceof Inet4Address, Addresses.text(address));
    }
  }

  private void socks(Command line) {
    Map<String, String> once = new HashMap<>();
    Map<Boolean, String> sources = new TreeMap<>(Comparator.reverseOrder());
    sources.putAll(external);
    for (String option : line.arguments()) {
      Statement place = new Statement(line.place().line(), "socks " + option);
      InetAddress source = option.startsWith("-e") ? Addresses.parse(option.substring(2)) : null;
      if (option.startsWith("-p") || option.startsWith("-i") || FAMILIES.containsKey(option)) {
        String what = FAMILIES.containsKey(option) ? "family" : option.substring(0, 2);
        String before = once.put(what, option);
        if (before != null) {
          out.unneeded(new Statement(place.line(), "socks " + before), "replaced by " + option);
        }
      } else if (source != null) {
        leaveBy(sources, source);
      } else if (option.equals("-n") || option.equals("-a") || option.equals("-d")) {
        out.unneeded(place, "it has no counterpart in SOCKS 5");
      } else {
        out.left(place, "see argyle.yaml(5)");
      }
    }
    String host = once.getOrDefault("-i", "-i" + internal).substring(2);
    String port = once.getOrDefault("-p", "-p1080").substring(2);
    if (Addresses.parse(host) == null || !port.matches("[0-9]{1,5}") || line.includes()) {
      out.left(line.place(), "write its address and port into socks.listen");
      return;
    }
    String family = once.containsKey("family") ? FAMILIES.get(once.get("family")) : null;
    Outgoing outgoing = new Outgoing(List.copyOf(sources.values()), family);
    add(line, (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port, outgoing);
  }

  private void add(Command line, String endpoint, Outgoing outgoing) {
    Service service = new Service(methods, acl.rules(), hasLines, outgoing);
    Service before = first;
    Command most = mostConnections;
    mostConnections = null;
    if (before != null && !before.equals(service)) {
      out.left(
          line.place(),
          "it has other users, rules or addresses than the first: run a server of its own for it,"
              + " with another --data");
      pending.takenByAnother(line.place());
      return;
    }
    if (before == null) {
      first = service;
      outgoing(line, outgoing);
      out.set(line.place(), "socks.authentication", "[" + String.join(", ", methods) + "]");
      if (ignoresRules && hasLines) {
        out.hint("With auth none 3proxy ignores its lists; here they count.");
      }
    }
    if (most != null && before == null) {
      count(most, "socks.max-connections", 1);
    } else if (most != null) {
      out.left(most.place(), "socks.max-connections is for all services together");
    }
    pending.taken();
    listen.add(endpoint);
    out.extend(line.place(), "socks.listen", Yaml.list(listen));
  }

  /** The default egress is for all connections but those that a rule gives another address. */
  private void outgoing(Command line, Outgoing outgoing) {
    if (!outgoing.addresses().isEmpty()) {
      out.set(line.place(), "egress.default.addresses", Yaml.list(outgoing.addresses()));
    }
    if (outgoing.family() != null) {
      out.set(line.place(), "egress.default.family", outgoing.family());
    }
  }

  private void nameServer(Command line) {
    String[] parts = line.argument(0).split("/", 2);
    if (parts.length > 1) {
      out.left(line.place(), "name servers are asked over UDP, and over TCP for long answers");
    } else {
      nameServers.add(parts[0]);
      out.extend(line.place(), "dns.servers", Yaml.list(nameServers));
    }
  }

  private void count(Command line, String path, int least) {
    String value = line.argument(0);
    int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
    if (number < least) {
      out.left(line.place(), "write it into " + path);
      return;
    }
    if (number > MOST) {
      out.left(line.place(), path + " is " + MOST + " at most");
    }
    out.set(line.place(), path, String.valueOf(Math.min(number, MOST)));
  }

  /** Of up to ten times, in seconds, four have a counterpart. */
  private void timeouts(Command line) {
    time(line, 2, "socks.handshake-timeout", 3_600); // of a line
    time(line, 5, "socks.idle-timeout", 365 * 86_400);
    time(line, 6, "dns.question-timeout", 3_600);
    time(line, 8, "socks.connect-timeout", 3_600);
    if (line.arguments().size() > 10) {
      out.left(line.place(), "3proxy has ten timeouts");
    }
    out.translated(line.place());
    out.hint(NO_TIMES);
  }

  private void time(Command line, int index, String path, int most) {
    if (index >= line.arguments().size()) {
      return;
    }
    String value = line.argument(index);
    if (!value.matches("[1-9][0-9]{0,8}")) {
      out.left(line.place(), "write it into " + path + ", as 30s");
      return;
    }
    int seconds = Integer.parseInt(value);
    if (seconds > most) {
      out.left(line.place(), path + " is " + most + "s at most");
    }
    out.set(line.place(), path, Math.min(seconds, most) + "s");
  }

  private void log(Command line) {
    String to = line.arguments().isEmpty() ? "stdout" : line.argument(0);
    if (to.startsWith("@")
        || to.startsWith("&")
        || to.indexOf('%') >= 0
        || to.equals("radius")
        || line.includes()) {
      Command shown = to.startsWith("&") ? line.showing(0) : line; // has a password
      out.left(
          shown.place(), "log.access is stdout or a file; systemd sends stdout to its journal");
      return;
    }
    out.set(line.place(), "log.access", to.equals("stdout") ? to : Yaml.quoted(to));
    if (line.arguments().size() > 1) {
      out.unneeded(line.place(), "logrotate moves the logs away and sends SIGUSR1");
    }
  }

  /** Their passwords are not for comments. */
  private void users(Command line) {
    if (line.arguments().isEmpty()) {
      out.unneeded(line.place(), "it names nobody");
    }
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
