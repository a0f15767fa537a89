package dev.argyle.server.config;

import dev.argyle.server.config.Management.Bottler;
import dev.argyle.server.config.Management.Feed;
import dev.argyle.server.config.Management.Http;
import dev.argyle.server.config.Management.Mass;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.TextProtocol;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a configuration: YAML 1.2, every key known, every value within its bounds, or else every
 * problem at its place. Does not resolve or change anything, and opens nothing but the keytab,
 * where it is needed.
 */
public final class ConfigurationReader {

  private static final int MILLION = 1_000_000;
  private static final int DNS_PORT = 53;

  private final Problems problems;
  private final Overrides overrides;

  private ConfigurationReader(String file, Overrides overrides) {
    this.problems = new Problems(file);
    this.overrides = overrides;
  }

  /** Reads a file. One that is missing or unreadable is a problem that names it. */
  public static Read read(Path file) {
    return read(file, Overrides.NONE);
  }

  static Read read(Path file, Overrides overrides) {
    ConfigurationReader reader = new ConfigurationReader(file.toString(), overrides);
    String text = YamlDocument.text(file, reader.problems);
    return text == null ? new Read.Wrong(reader.problems.inOrder()) : reader.read(text);
  }

  /** Reads a configuration that is at hand; {@code file} is what problems call it. */
  public static Read read(String file, String text) {
    return read(file, text, Overrides.NONE);
  }

  static Read read(String file, String text, Overrides overrides) {
    return new ConfigurationReader(file, overrides).read(text);
  }

  private Read read(String text) {
    Optional<Node> node = YamlDocument.compose(text, problems);
    if (problems.isEmpty()) {
      Value whole = node.map(root -> new Value(root, "", problems)).orElse(null);
      Configuration configuration = configuration(whole);
      if (problems.isEmpty()) {
        return new Read.Ok(configuration);
      }
    }
    return new Read.Wrong(problems.inOrder());
  }

  private Configuration configuration(@Nullable Value whole) {
    try (Section top = new Section(whole, "", problems)) {
      Configuration inFile =
          new Configuration(
              SocksReader.read(top),
              RulesReader.read(top),
              dns(top, Dns.defaults()),
              dissectors(top, Dissectors.defaults()),
              management(top, Management.defaults()),
              accounts(top, Accounts.defaults()),
              log(top, Log.defaults()));
      Configuration effective = overrides.applyTo(inFile);
      if (problems.isEmpty()) { // about the whole, so judged once the parts are right
        OpenListener.problem(effective, overrides, listenValue(top)).ifPresent(problems::add);
        checkKeytab(effective.socks(), top);
      }
      return effective;
    }
  }

  private @Nullable Value listenValue(Section top) {
    Value socks = top.value("socks");
    return socks == null ? null : new Section(socks, "socks", problems).value("listen");
  }

  private void checkKeytab(Socks effective, Section top) {
    Value socks = top.value("socks");
    Value gssapi = socks == null ? null : new Section(socks, "socks", problems).value("gssapi");
    Value keytab =
        gssapi == null ? null : new Section(gssapi, "socks.gssapi", problems).value("keytab");
    String wrong = keytab == null ? null : KeytabCheck.wrong(effective);
    if (keytab != null && wrong != null) {
      keytab.wrong(wrong);
    }
  }

  private static Dns dns(Section top, Dns absent) {
    Duration day = Duration.ofDays(1);
    try (Section dns = top.section("dns")) {
      return new Dns(
          dns.read("servers", absent.servers(), list -> list.list(ConfigurationReader::server)),
          dns.duration("timeout", absent.timeout(), Duration.ofMillis(10), Duration.ofMinutes(1)),
          dns.count("cache-entries", absent.cacheEntries(), 0, MILLION),
          dns.duration("max-ttl", absent.maxTtl(), Duration.ZERO, day.multipliedBy(7)),
          dns.duration("negative-ttl", absent.negativeTtl(), Duration.ZERO, day));
    }
  }

  /** An address, with a port other than 53 behind it where needed. */
  private static Endpoint server(Value value) {
    String text = value.text();
    InetAddress bare = Addresses.parse(text);
    if (bare != null) {
      return new Endpoint(Addresses.text(bare), DNS_PORT);
    }
    try {
      Endpoint server = Endpoint.parse(text);
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

  private static Dissectors dissectors(Section top, Dissectors absent) {
    try (Section dissectors = top.section("dissectors")) {
      return new Dissectors(
          dissectors.flag("enabled", absent.enabled()),
          dissectors.words("protocols", absent.protocols(), TextProtocol.class),
          dissectors.read(
              "secrets",
              absent.secretsInFull(),
              value -> Words.either(value.text(), "masked", "full")));
    }
  }

  private static Management management(Section top, Management absent) {
    try (Section management = top.section("management");
        Section mass = management.section("mass");
        Section feed = management.section("feed");
        Section bottler = management.section("bottler");
        Section http = management.section("http")) {
      return new Management(
          new Mass(
              listener(mass, "listen", absent.mass().listen()),
              mass.flag("anonymous", absent.mass().anonymous()),
              mass.read(
                  "counters",
                  absent.mass().littleEndianCounters(),
                  value -> Words.either(value.text(), "network", "little-endian"))),
          new Feed(
              listener(feed, "listen", absent.feed().listen()),
              listener(feed, "tcp", absent.feed().tcp())),
          new Bottler(listener(bottler, "listen", absent.bottler().listen())),
          new Http(listener(http, "listen", absent.http().listen())));
    }
  }

  private static @Nullable Endpoint listener(
      Section section, String key, @Nullable Endpoint absent) {
    return section.readOrNull(key, absent, value -> Endpoint.parse(value.text()));
  }

  private static Accounts accounts(Section top, Accounts absent) {
    try (Section accounts = top.section("accounts")) {
      return new Accounts(
          accounts.readOrNull("url", absent.url(), ConfigurationReader::accountsUrl),
          accounts.count("max-users", absent.maxUsers(), 1, 10 * MILLION));
    }
  }

  /** Never quotes the value: such a URL may hold a password. */
  private static String accountsUrl(Value value) {
    throw new IllegalArgumentException(
        value.text().startsWith("jdbc:postgresql:")
            ? "PostgreSQL is not built yet in this version; null keeps the accounts in SQLite, in"
                + " the data directory"
            : "is not a URL that begins with jdbc:postgresql://; null keeps the accounts in SQLite,"
                + " in the data directory");
  }

  private static Log log(Section top, Log absent) {
    try (Section log = top.section("log")) {
      return new Log(
          log.readOrNull("access", absent.access(), value -> sink(value, "stdout", "stderr")),
          log.read("security", absent.security(), value -> sink(value, "stderr", "stdout")),
          log.word("format", absent.format(), Log.Format.class));
    }
  }

  private static String sink(Value value, String stream, String otherStream) {
    String sink = filledText(value);
    if (sink.equals(otherStream)) {
      throw new IllegalArgumentException("takes " + stream + " or a file, not " + otherStream);
    }
    return sink;
  }

  /** Text of at least one character. */
  static String filledText(Value value) {
    String text = value.text();
    if (text.isBlank() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(Quote.of(text) + " is no name");
    }
    return text;
  }
}
