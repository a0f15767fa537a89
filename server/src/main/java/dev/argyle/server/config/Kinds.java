package dev.argyle.server.config;

import static dev.argyle.server.config.Kind.list;
import static dev.argyle.server.config.Kind.quoted;
import static dev.argyle.server.config.Kind.scalar;
import static dev.argyle.server.config.Kind.words;
import static java.util.stream.Collectors.joining;

import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.Advertised;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Method;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The kinds of values that have to do with SOCKS, names and accounts. */
final class Kinds {

  static final Kind<Endpoint> ENDPOINT = quoted("host:port", Endpoint::parse);
  static final Kind<String> NAME = quoted("a name", Kinds::name);
  static final Kind<String> FILE = quoted("a file", Kinds::file);
  static final Kind<String> ACCOUNTS_URL = quoted("a jdbc:postgresql: URL", Kinds::accountsUrl);
  static final Kind<ZoneId> ZONE = quoted("a time zone, as Europe/Berlin", Kinds::zone);
  static final Kind<PortRange> PORTS =
      scalar("a port, or a range as 40000-40999", PortRange::parse, PortRange::toString);

  /** An address that a peer can send to. */
  static final Kind<InetAddress> HOST_ADDRESS =
      quoted("an address of this host", Kinds::unicast, Addresses::text);

  static final Kind<List<Network>> NETWORKS = list("networks", Network::parse);
  static final Kind<List<String>> HOST_NAMES =
      list("host names, addresses", Kinds::hostNameOrAddress);
  static final Kind<List<Endpoint>> NAME_SERVERS =
      list("addresses, with a port or without", Kinds::nameServer);
  static final Kind<List<String>> USERS = list("names; - is a client without one", Kinds::user);
  static final Kind<List<Target>> TARGETS =
      list(
          "networks, addresses, host names, *.example.org, @lists, country:XX",
          quoted("", Target::parse, Kinds::targetText));
  static final Kind<List<Target>> CLIENTS =
      list("networks, @lists, country:XX", quoted("", Target::client, Kinds::targetText));

  /** What may stand in socks.authentication. */
  static final List<Method> LOGIN_METHODS = List.of(Method.GSSAPI, Method.PASSWORD, Method.NONE);

  static final Kind<List<Method>> METHODS =
      words(LOGIN_METHODS.toArray(new Method[0]))
          .notEmpty("name gssapi, password or none, or some of them, in order of preference");
  static final Kind<List<Protection>> LEVELS =
      words(Protection.values()).notEmpty("leave the key out for its default");

  static final Kind<List<Endpoint>> LISTEN =
      new Kind<>("at least one host:port", Kinds::listeners, list("", ENDPOINT).printer())
          .notEmpty("name at least one host:port");
  static final Kind<List<Advertised>> ADVERTISE =
      new Kind<>(
          "null, an address, or a map of networks to addresses",
          Kinds::advertised,
          Kinds::advertisedText);
  static final Kind<List<RuleLine>> RULES =
      new Kind<>(
          "see below",
          value -> value.isNull() ? List.of() : value.list(Kinds::rule),
          rules ->
              rules.isEmpty()
                  ? "[]"
                  : rules.stream().map(Kinds::ruleText).collect(joining("\n  - ", "\n  - ", "")));

  private Kinds() {}

  /** {@code stream} or a file. */
  static Kind<String> log(String stream, String otherStream) {
    return quoted(
        stream + " or a file",
        text -> {
          if (text.equals(otherStream)) {
            throw new IllegalArgumentException(
                "takes " + stream + " or a file, not " + otherStream);
          }
          return file(text);
        });
  }

  private static String name(String text) {
    if (text.isBlank() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(Quote.of(text) + " is not a name");
    }
    return text;
  }

  private static String file(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) { // half of a surrogate pair
      throw new IllegalArgumentException(Quote.of(text) + " cannot be the name of a file");
    }
    return name(text);
  }

  private static String hostNameOrAddress(String text) {
    InetAddress address = Addresses.parse(text);
    String name = address == null ? HostNames.parse(text) : Addresses.text(address);
    if (name == null) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is neither a host name nor an address; leave scheme and port out");
    }
    return name;
  }

  private static String user(String name) {
    int octets = name.getBytes(StandardCharsets.UTF_8).length;
    if (octets < 1 || octets > 255) { // RFC 1929, section 2
      throw new IllegalArgumentException(
          "the name of a user has 1 to 255 octets, and this one has " + octets);
    }
    return name;
  }

  private static InetAddress unicast(String text) {
    InetAddress address = Addresses.parse(text);
    if (address == null || address.isAnyLocalAddress() || address.isMulticastAddress()) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not the address of a host, as 192.0.2.1 or 2001:db8::1 are");
    }
    return address;
  }

  private static List<Endpoint> listeners(Value value) {
    Set<Endpoint> seen = new HashSet<>();
    return value.list(
        item -> {
          Endpoint endpoint = ENDPOINT.reader().apply(item);
          if (endpoint.port() == 0) {
            return endpoint;
          }
          if (!seen.add(endpoint)) {
            throw new IllegalArgumentException(Quote.of(item.text()) + " is in the list twice");
          }
          for (Endpoint other : seen) {
            if (!other.equals(endpoint) && (other.covers(endpoint) || endpoint.covers(other))) {
              Endpoint wide = other.covers(endpoint) ? other : endpoint;
              throw new IllegalArgumentException(
                  wide
                      + " includes "
                      + (wide == other ? endpoint : other)
                      + "; leave one of them out");
            }
          }
          return endpoint;
        });
  }

  private static String targetText(Target target) {
    return switch (target) {
      case Target.Addresses(Network network) -> network.toString();
      case Target.Host(String name) -> name;
      case Target.Suffix(String name) -> "*." + name;
      case Target.Listed(String list) -> "@" + list;
      case Target.Country(String code) -> Countries.PREFIX + code;
    };
  }

  private static List<Advertised> advertised(Value value) {
    if (value.isNull()) {
      return List.of();
    }
    if (!value.isMap()) {
      return Advertised.toAll(Addresses.text(HOST_ADDRESS.reader().apply(value)));
    }
    List<Advertised> advertised = new ArrayList<>();
    new Section(value, value.key(), value.problems())
        .forEach(
            (key, item) -> {
              Network clients = key.read(null, network -> Network.parse(network.text()));
              InetAddress address = item.read(null, HOST_ADDRESS.reader());
              if (clients != null && address != null) {
                advertised.add(new Advertised(clients, Addresses.text(address)));
              }
            });
    return advertised;
  }

  private static String advertisedText(List<Advertised> advertised) {
    if (advertised.isEmpty()) {
      return "null";
    }
    String first = advertised.getFirst().address();
    return advertised.equals(Advertised.toAll(first))
        ? Quote.yaml(first)
        : advertised.stream()
            .map(each -> Quote.yaml(each.clients().toString()) + ": " + Quote.yaml(each.address()))
            .collect(joining("\n      ", "\n      ", ""));
  }

  /** An address, with a port unless it is 53. */
  private static Endpoint nameServer(String text) {
    InetAddress bare = Addresses.parse(text);
    try {
      Endpoint server =
          bare == null ? Endpoint.parse(text) : new Endpoint(Addresses.text(bare), 53);
      if (Addresses.parse(server.host()) != null && server.port() != 0) {
        return server;
      }
    } catch (IllegalArgumentException notAnEndpoint) {
      // the advice below is the better one
    }
    throw new IllegalArgumentException(
        Quote.of(text)
            + " is not a name server; write its address, as 192.0.2.53 or 192.0.2.53:5353");
  }

  /** Never quotes the value: such a URL may hold a password. */
  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is no time zone; write it as Europe/Berlin, or +02:00", unknown);
    }
  }

  private static String accountsUrl(String text) {
    throw new IllegalArgumentException(
        (text.startsWith("jdbc:postgresql:")
                ? "PostgreSQL is not built yet in this version"
                : "is not a URL that begins with jdbc:postgresql://")
            + "; null keeps the accounts in SQLite, in the data directory");
  }

  private static RuleLine rule(Value value) {
    Section rule = new Section(value, value.key(), value.problems());
    var values = Keys.RULE.read(rule);
    if (rule.value("allow") == null && (value.isMap() || value.isNull())) {
      value.wrong("has no allow; a rule says allow: true or allow: false");
    }
    Value egress = rule.value("egress");
    if (egress != null && !egress.isNull() && values.get("source") != null) {
      egress.wrong("and source say the same; give one of them");
    }
    values.put(Keys.PLACE, value.place());
    return Keys.RULE.record(values);
  }

  static String ruleText(RuleLine rule) {
    Map<String, Object> values = Keys.RULE.values(rule);
    return Keys.RULE.keys().stream()
        .filter(key -> key.path().equals("allow") || !key.isDefault(values))
        .map(key -> key.path() + ": " + key.show(values))
        .collect(joining(", ", "{ ", " }"));
  }
}
