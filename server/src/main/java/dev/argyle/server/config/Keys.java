package dev.argyle.server.config;

import static dev.argyle.server.config.Key.key;
import static dev.argyle.server.config.Kind.count;
import static dev.argyle.server.config.Kind.countOrAuto;
import static dev.argyle.server.config.Kind.duration;
import static dev.argyle.server.config.Kind.durationOrNever;
import static dev.argyle.server.config.Kind.flag;
import static dev.argyle.server.config.Kind.list;
import static dev.argyle.server.config.Kind.set;
import static dev.argyle.server.config.Kind.size;
import static dev.argyle.server.config.Kind.sizeOrAuto;
import static dev.argyle.server.config.Kind.word;
import static dev.argyle.server.config.Kind.words;
import static dev.argyle.wire.gssapi.Protection.CONFIDENTIALITY;
import static dev.argyle.wire.gssapi.Protection.INTEGRITY;
import static dev.argyle.wire.socks.Method.NONE;
import static dev.argyle.wire.socks.Method.PASSWORD;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.argyle.server.config.Accounts.Authority;
import dev.argyle.server.config.Dissectors.Secrets;
import dev.argyle.server.config.EgressSettings.By;
import dev.argyle.server.config.EgressSettings.Families;
import dev.argyle.server.config.EgressSettings.Pick;
import dev.argyle.server.config.Log.Format;
import dev.argyle.server.config.Management.Counters;
import dev.argyle.server.config.Socks.Filter;
import dev.argyle.server.config.Socks.RelayMode;
import dev.argyle.wire.TextProtocol;
import dev.argyle.wire.socks.Command;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every key of the file: its path, what is allowed, its default, its meaning. The reader, the
 * printer and the test that compares docs/configuration.md go by these tables.
 */
final class Keys {

  /** Whether the file itself names {@code none} among the methods: a component that is no key. */
  static final String NONE_IS_WRITTEN_OUT = "socks.none-is-written-out";

  /** The place of a rule in the file: a component that is no key. */
  static final String PLACE = "place";

  private static final int MILLION = 1_000_000;
  private static final String ANY = "leave the key out for any";

  private static Endpoint loopback(int port) {
    return new Endpoint("127.0.0.1", port);
  }

  // spotless:off: one line per key, 120 characters at most

  /** The keys of a rule. */
  static final Table<RuleLine> RULE = new Table<>(RuleLine.class, Map.of(PLACE, ""),
      key("allow", flag(), false, "whether the rule allows or denies"),
      key("users", set(Kinds.USERS).notEmpty(ANY), Set.of(), "the client's user"),
      key("from", Kinds.CLIENTS.notEmpty(ANY), List.of(), "the client's address"),
      key("commands", set(words(Command.values())).notEmpty(ANY), Set.of(), "what is asked for"),
      key("to", Kinds.TARGETS.notEmpty(ANY), List.of(), "the destination"),
      key("ports", list("443, 8000-8999", Kinds.PORTS).notEmpty(ANY), List.of(), "the destination's port"),
      key("source", Kinds.HOST_ADDRESS.orNull(), null, "nothing"),
      key("egress", EgressText.NAME.orNull(), null, "nothing"));

  /** The keys of a list. */
  static final Table<NameList> LIST = new Table<>(NameList.class, Map.of(),
      key("file", Kinds.FILE, "", "where its names or networks are"),
      key("format", word(NameList.Format.OF_LISTS), NameList.Format.DOMAINS, "what a line of it is"),
      key("refresh", word(NameList.Refresh.values()), NameList.Refresh.ON_CHANGE, "when it is read again"));

  /** The keys of a plan, which are the attributes of an account. */
  static final Table<Attributes> PLAN = new Table<>(Attributes.class, Map.of(),
      key("expires", AttributeText.TIME, null, "from then on the account can open nothing, and what is open ends"),
      key("from", AttributeText.NETWORKS, null, "the client networks that it may be used from"),
      key("from-mode", word(FromMode.values()), null, "whether clients from there need a password"),
      key("connections", AttributeText.count(MILLION), null, "CONNECT and BIND requests at once"),
      key("associations", AttributeText.count(MILLION), null, "UDP associations at once"),
      key("addresses", AttributeText.count(MILLION), null, "client addresses at once; an IPv6 /64 counts as one"),
      key("when-full", word(WhenFull.values()), null, "what a request beyond one of these three leads to"),
      key("opens.rate", AttributeText.count(MILLION), null, "requests per second"),
      key("opens.burst", AttributeText.count(MILLION), null, "requests at once after a pause"),
      key("rate.up", AttributeText.octetsOrNone("1KiB", "8GiB"), null, "bytes per second from its clients"),
      key("rate.down", AttributeText.octetsOrNone("1KiB", "8GiB"), null, "bytes per second to its clients"),
      key("rate.burst", AttributeText.octetsOrNone("16KiB", "1GiB"), null, "bytes at once after a pause, in each direction"),
      key("egress", AttributeText.EGRESS, null, "the egress that its connections leave by"),
      key("quota.octets", AttributeText.octetsOrNone("1KiB", "1048576GiB"), null, "bytes that may pass in a period"),
      key("quota.period", AttributeText.PERIOD, null, "when it begins with nothing again"),
      key("quota.counts", word(QuotaCounts.values()), null, "whose bytes count"),
      key("quota.then", AttributeText.THEN, null, "what holds when it is spent"),
      key("hours", AttributeText.HOURS, null, "when it may be used, by accounts.time-zone"),
      key("rules", AttributeText.RULES, null, "which rules are its own"),
      key("note", AttributeText.NOTE, null, "words for the operator"));

  /** The keys of an egress. */
  static final Table<EgressSettings> EGRESS = new Table<>(EgressSettings.class, Map.of(),
      key("addresses", EgressText.ADDRESSES, List.of(), "local addresses to leave by"),
      key("prefix", EgressText.PREFIX.orNull(), null, "a network whose every address may be left by"),
      key("free-bind", flag(), false, "whether addresses may be used that no interface has"),
      key("pick", word(Pick.values()), Pick.STICKY, "which address a new connection gets"),
      key("sticky-time", duration("1s", "30d"), ofMinutes(10), "how long an address is kept after its last new connection"),
      key("by", word(By.values()), By.ACCOUNT, "what keeps its address"),
      key("family", word(Families.values()).orNull(), null, "which family of addresses"),
      key("same-as-incoming", flag(), false, "leave by the address that the client has connected to"),
      key("interface", EgressText.INTERFACE.orNull(), null, "the interface to leave by (SO_BINDTODEVICE)"),
      key("mark", EgressText.MARK.orNull(), null, "the mark of packets, for ip rule and nftables (SO_MARK)"));

  /** The keys of the whole file, in the order in which they are printed. */
  static final Table<Configuration> ALL = new Table<>(Configuration.class, Map.of(NONE_IS_WRITTEN_OUT, false),
      key("socks.listen", Kinds.LISTEN, List.of(loopback(1080)), "where clients connect"),
      key("socks.authentication", Kinds.METHODS, List.of(PASSWORD, NONE), "methods, in order of preference"),
      key("socks.handshake-timeout", duration("100ms", "1h"), ofSeconds(10), "from accept to the end of the request"),
      key("socks.connect-timeout", duration("100ms", "1h"), ofSeconds(10), "to reach the destination"),
      key("socks.idle-timeout", durationOrNever("100ms", "365d"), ofHours(1), "without traffic in either direction"),
      key("socks.keepalive", durationOrNever("1s", "9h"), ofMinutes(2), "of silence, after which TCP asks the peer"),
      key("socks.bind-timeout", duration("100ms", "1d"), ofMinutes(1), "how long BIND waits for its peer"),
      key("socks.selector-timeout", duration("10ms", "1m"), ofSeconds(1), "how late a timeout may be noticed"),
      key("socks.drain-time", duration("0", "1d"), ofSeconds(10), "how long connections may go on after SIGTERM"),
      key("socks.udp.idle-timeout", duration("100ms", "1d"), ofMinutes(2), "of a UDP association"),
      key("socks.udp.advertise", Kinds.ADVERTISE, List.of(), "the relay's address that clients are told"),
      key("socks.udp.filter", word(Filter.values()), Filter.ADDRESS_RESTRICTED, "who may answer the client"),
      key("socks.udp.ports", Kinds.PORTS.orNull(), null, "of the sockets that clients send to"),
      key("socks.udp.max-associations", count(1, MILLION), 10_000, "in all"),
      key("socks.udp.max-per-user", count(1, MILLION), 256, "of one user, or of one source without a user"),
      key("socks.bind.max-waiting", count(1, MILLION), 10_000, "BINDs that wait for their peer, in all"),
      key("socks.bind.max-per-user", count(1, MILLION), 256, "of one user, or of one source without a user"),
      key("socks.gssapi.keytab", Kinds.FILE.orNull(), null, "the service's keys"),
      key("socks.gssapi.principal", Kinds.NAME.orNull(), null, "the service's name"),
      key("socks.gssapi.realm", Kinds.NAME.orNull(), null, "the realm whose principals are users"),
      key("socks.gssapi.protection", Kinds.LEVELS, List.of(CONFIDENTIALITY, INTEGRITY), "levels granted"),
      key("socks.gssapi.nec", flag(), false, "whether a client may also send its level unwrapped"),
      key("socks.buffer-size", size("4KiB", "1MiB"), 64 << 10, "of a tunnel, for each direction"),
      key("socks.kernel-buffers", sizeOrAuto("16KiB", "64MiB"), 0, "of a TCP socket, for each direction"),
      key("socks.max-connections", count(1, MILLION), 100_000, "clients at once"),
      key("socks.max-connections-per-source", countOrAuto(1, MILLION), 0, "of one address, an IPv6 /64"),
      key("socks.max-connections-per-user", countOrAuto(1, MILLION), 0, "of one user"),
      key("socks.max-unauthenticated", count(1, MILLION), 1024, "clients in their handshake"),
      key("socks.penalties.enabled", flag(), true, "delay an address that keeps failing, then refuse it for a while"),
      key("socks.penalties.exempt", Kinds.NETWORKS, List.of(), "networks that are not penalised"),
      key("socks.proxy-protocol.from", Kinds.NETWORKS, List.of(), "whose PROXY protocol header (v1, v2) is trusted"),
      key("socks.session-suffix", flag(), false, "whether a login may be NAME+session=ID"),
      key("socks.relay", word(RelayMode.values()), RelayMode.AUTO, "the data plane"),
      key("socks.loops", countOrAuto(1, 1024), 0, "event loops"),
      key("rules", Kinds.RULES, List.of(), "who may go where"),
      key("lists", NameLists.LISTS, Map.of(), "files of names and networks for rules"),
      key("countries.file", Kinds.FILE.orNull(), null, "a database of countries for rules"),
      key("countries.refresh", word(NameList.Refresh.values()), NameList.Refresh.ON_CHANGE, "when it is read again"),
      key("plans", AttributeText.PLANS, Map.of(), "limits that accounts can share"),
      key("egress", EgressText.EGRESSES, Map.of(), "addresses that connections leave by"),
      key("dns.servers", Kinds.NAME_SERVERS, List.of(), "name servers"),
      key("dns.timeout", duration("10ms", "1m"), ofSeconds(3), "of one query"),
      key("dns.question-timeout", duration("100ms", "1h"), ofSeconds(10), "of a name in one family"),
      key("dns.max-per-source", count(1, 5000), 16, "questions at a time, for each user at each source"),
      key("dns.max-questions", count(1, 5000), 2048, "questions at a time, in all"),
      key("dns.cache-entries", count(0, MILLION), 10_000, "names that are cached"),
      key("dns.max-ttl", duration("0", "7d"), ofHours(1), "how long an answer is cached at most"),
      key("dns.negative-ttl", duration("0", "1d"), ofSeconds(30), "how long a name's absence is cached at most"),
      key("dissectors.enabled", flag(), false, "look for credentials in clear text"),
      key("dissectors.protocols", words(TextProtocol.values()), List.of(TextProtocol.values()), "where to look"),
      key("dissectors.secrets", word(Secrets.values()), Secrets.MASKED, "how passwords are logged"),
      key("management.mass.listen", Kinds.ENDPOINT.orNull(), loopback(8080), "MASS, over TCP"),
      key("management.mass.anonymous", flag(), false, "without a login"),
      key("management.mass.counters", word(Counters.values()), Counters.NETWORK, "byte order of counters"),
      key("management.feed.listen", Kinds.ENDPOINT.orNull(), loopback(8080), "FEED, over SCTP"),
      key("management.feed.tcp", Kinds.ENDPOINT.orNull(), null, "FEED, over TCP"),
      key("management.bottler.listen", Kinds.ENDPOINT.orNull(), loopback(8080), "Bottler, over UDP"),
      key("management.http.listen", Kinds.ENDPOINT.orNull(), loopback(8081), "HTTP"),
      key("management.http.tls.certificate", Kinds.FILE.orNull(), null, "the certificate and its chain, PEM"),
      key("management.http.tls.key", Kinds.FILE.orNull(), null, "its key, PEM (PKCS #8)"),
      key("management.http.names", Kinds.HOST_NAMES, List.of(), "what clients call this server, beside its addresses"),
      key("management.http.session-idle", duration("1m", "7d"), ofHours(1), "without a request, of a session"),
      key("management.http.session-lifetime", duration("5m", "30d"), ofDays(2), "of a session, however it is used"),
      key("accounts.url", Kinds.ACCOUNTS_URL.orNull(), null, "where accounts are stored"),
      key("accounts.max-users", count(1, 10 * MILLION), 100_000, "accounts that may exist"),
      key("accounts.time-zone", Kinds.ZONE.orNull(), null, "of hours and of the periods of quotas"),
      key("accounts.authenticate", Outside.AUTHORITIES, List.of(Authority.LOCAL), "who verifies passwords, in order"),
      key("accounts.http.url", Outside.HTTP_URL.orNull(), null, "the service that is asked"),
      key("accounts.http.ca", Kinds.FILE.orNull(), null, "who has certified it, PEM"),
      key("accounts.http.secret-file", Kinds.FILE.orNull(), null, "the secret that it is shown"),
      key("accounts.http.timeout", duration("100ms", "1m"), ofSeconds(3), "of one try"),
      key("accounts.http.remember", durationOrNever("1s", "7d"), ofMinutes(5), "how long a yes is remembered at most"),
      key("accounts.http.max-concurrent", count(1, 4096), 64, "questions at a time, in all"),
      key("accounts.ldap.url", Outside.LDAP_URL.orNull(), null, "the directory that is asked"),
      key("accounts.ldap.start-tls", flag(), false, "whether TLS begins after a connection to ldap:"),
      key("accounts.ldap.clear-text", flag(), false, "whether ldap: without TLS may be used, on loopback"),
      key("accounts.ldap.ca", Kinds.FILE.orNull(), null, "who has certified it, PEM"),
      key("accounts.ldap.user", Outside.WITH_NAME.orNull(), null, "whom to bind as"),
      key("accounts.ldap.search.base", Kinds.NAME.orNull(), null, "below which the user is searched for"),
      key("accounts.ldap.search.filter", Outside.WITH_NAME, "(uid={name})", "what the user is found by"),
      key("accounts.ldap.search.bind", Kinds.NAME.orNull(), null, "who searches"),
      key("accounts.ldap.search.password-file", Kinds.FILE.orNull(), null, "the password of who searches"),
      key("accounts.ldap.groups.base", Kinds.NAME.orNull(), null, "below which groups are searched for"),
      key("accounts.ldap.groups.filter", Outside.GROUPS, "(member={dn})", "what the user's groups are found by"),
      key("accounts.ldap.groups.attribute", Kinds.NAME, "cn", "what has the name of a group"),
      key("accounts.ldap.plans", Outside.PLANS, Map.of(), "the plan of a group's members"),
      key("accounts.ldap.members-only", flag(), false, "whether only members of these groups are admitted"),
      key("accounts.ldap.timeout", duration("100ms", "1m"), ofSeconds(3), "of a connection, and of each answer"),
      key("accounts.ldap.remember", durationOrNever("1s", "7d"), ofMinutes(5), "how long a yes is remembered"),
      key("accounts.ldap.max-concurrent", count(1, 256), 16, "questions at a time, in all"),
      key("log.access", Kinds.log("stdout", "stderr").orNull(), "stdout", "one line per request, written when it ends"),
      key("log.security", Kinds.log("stderr", "stdout"), "stderr", "one line per failed authentication"),
      key("log.format", word(Format.values()), Format.TAB, "of the access log"),
      key("history.keep", durationOrNever("1h", "3660d"), ofDays(7), "how long ended connections are kept on disk"),
      key("history.max-size", size("1MiB", "1GiB"), 256 << 20, "of the files that hold them, together"),
      key("history.addresses", flag(), true, "whether entries have the user and the client's address"),
      key("history.keep-usage", durationOrNever("1d", "3660d"), ofDays(400), "how long a user's usage of a day is kept"));

  // spotless:on

  private Keys() {}
}
