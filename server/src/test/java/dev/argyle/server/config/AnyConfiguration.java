package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.Advertised;
import dev.argyle.server.config.Socks.Bind;
import dev.argyle.server.config.Socks.Filter;
import dev.argyle.server.config.Socks.Gssapi;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.server.config.Socks.RelayMode;
import dev.argyle.server.config.Socks.Udp;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.TextProtocol;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.Method;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Random configurations whose every value is within its bounds. */
record AnyConfiguration(Random random) {

  Configuration configuration() {
    return new Configuration(
        socks(),
        list(4, this::rule),
        Map.of(
            "networks",
            new NameList("/" + text(), NameList.Format.NETWORKS, word(NameList.Refresh.class)),
            "names-2",
            new NameList("n a", NameList.Format.OF_LISTS[upTo(2)], word(NameList.Refresh.class))),
        new Countries("/" + text(), word(NameList.Refresh.class)),
        bool() ? Map.of() : Map.of("p1", plan(), "p-2", plan()),
        Map.of("office", egress(), "default", egress()),
        new Dns(
            list(2, this::server),
            millis(10, 60_000),
            millis(100, 3_600_000),
            1 + upTo(4999),
            1 + upTo(4999),
            upTo(1_000_000),
            millis(0, 1),
            millis(0, 86_400_000)),
        new Dissectors(bool(), words(TextProtocol.class), word(Dissectors.Secrets.class)),
        new Management(
            new Management.Mass(orNull(this::endpoint), bool(), word(Management.Counters.class)),
            new Management.Feed(orNull(this::endpoint), orNull(this::endpoint)),
            new Management.Bottler(orNull(this::endpoint)),
            new Management.Http(
                orNull(this::endpoint),
                bool() ? new Management.Tls("/etc/c.pem", "k e y") : new Management.Tls(null, null),
                List.of("proxy.example", "192.0.2.1").subList(0, random.nextInt(3)),
                millis(60_000, 604_800_000),
                millis(300_000, 2_000_000_000))),
        accounts(),
        new Log(orNull(() -> "/" + text()), "./" + text(), word(Log.Format.class)),
        new Retention(
            bool() ? Duration.ZERO : millis(3_600_000, 316_224_000_000L),
            (1 << 20) + upTo((1 << 30) - (1 << 20)),
            bool(),
            bool() ? Duration.ZERO : millis(86_400_000, 316_224_000_000L)));
  }

  Accounts accounts() {
    return new Accounts(
        null,
        1 + upTo(9_999_999),
        upTo(1) == 0 ? null : ZoneId.of("Europe/Berlin"),
        bool() ? List.of(Accounts.Authority.LOCAL) : List.of(word(Accounts.Authority.class)),
        new Accounts.Http(
            "https://login.example:8443/" + random.nextInt(9) + "?a=b",
            orNull(this::text),
            orNull(this::text),
            millis(100, 60_000),
            bool() ? Duration.ZERO : millis(1_000, 604_800_000),
            1 + upTo(4095)),
        new Accounts.Ldap(
            "ldaps://[::1]:636",
            false,
            bool(),
            orNull(this::text),
            "uid={name},ou=a b,dc=\"x\"",
            null,
            "(&(uid={name})(x=\\2a))",
            null,
            null,
            "ou=groups",
            bool() ? "(member={dn})" : "(memberUid={name})",
            "cn",
            bool() ? Map.of() : Map.of("a b", "p1"),
            false,
            millis(100, 60_000),
            bool() ? Duration.ZERO : millis(1_000, 604_800_000),
            1 + upTo(255)));
  }

  Attributes plan() {
    Attributes plan = Attributes.NONE;
    for (var sample : AttributesTest.samples().entrySet()) {
      if (bool()) {
        plan = plan.with(sample.getKey(), bool() ? sample.getValue() : noneOr(sample));
      }
    }
    return plan;
  }

  private static String noneOr(Map.Entry<String, String> sample) {
    Set<String> without =
        Set.of("when-full", "note", "from-mode", "quota.period", "quota.counts", "quota.then");
    return !without.contains(sample.getKey()) ? "none" : sample.getValue();
  }

  Socks socks() {
    boolean byDefault = bool();
    List<Method> methods =
        bool() ? List.of(Method.PASSWORD) : List.of(Method.NONE, Method.PASSWORD);
    methods = byDefault ? Configuration.defaults().socks().authentication() : methods;
    return new Socks(
        byDefault ? Configuration.defaults().socks().listen() : some(this::endpoint),
        methods,
        !byDefault && methods.contains(Method.NONE),
        millis(100, 3_600_000),
        millis(100, 3_600_000),
        bool() ? Duration.ZERO : millis(100, 31_536_000_000L),
        bool() ? Duration.ZERO : millis(1000, 32_400_000),
        millis(100, 86_400_000),
        millis(10, 60_000),
        millis(0, 86_400_000),
        new Udp(
            millis(100, 86_400_000),
            bool() ? Advertised.toAll(text(address())) : advertised(),
            word(Filter.class),
            orNull(this::ports),
            1 + upTo(999_999),
            1 + upTo(999_999)),
        new Bind(1 + upTo(999_999), 1 + upTo(999_999)),
        new Gssapi(
            orNull(this::text),
            orNull(this::text),
            orNull(this::text),
            List.of(word(Protection.class)),
            bool()),
        4096 + upTo(1_044_480),
        bool() ? 0 : 16_384 + upTo(1_000_000),
        1 + upTo(999_999),
        upTo(1_000_000),
        upTo(1_000_000),
        1 + upTo(999_999),
        bool(),
        list(2, this::network),
        list(2, this::network),
        bool(),
        word(RelayMode.class),
        upTo(1024));
  }

  RuleLine rule() {
    boolean bySource = bool();
    return new RuleLine(
        bool(),
        Set.copyOf(new LinkedHashSet<>(list(2, this::text))),
        list(2, this::client),
        Set.copyOf(words(Command.class)),
        list(3, this::target),
        list(2, this::ports),
        bySource ? orNull(this::address) : null,
        bySource ? null : orNull(() -> "office"),
        "");
  }

  EgressSettings egress() {
    EgressSettings.Pick pick = word(EgressSettings.Pick.class);
    boolean sticky = pick == EgressSettings.Pick.STICKY;
    EgressSettings defaults = Keys.EGRESS.record(Keys.EGRESS.defaults());
    return new EgressSettings(
        List.copyOf(new LinkedHashSet<>(list(3, this::ipv4))),
        orNull(() -> Network.parse("2001:db8::/" + (118 + upTo(10)))),
        bool(),
        pick,
        sticky ? millis(1000, 2_592_000_000L) : defaults.stickyTime(),
        sticky && bool() ? EgressSettings.By.DESTINATION : defaults.by(),
        null,
        false,
        orNull(() -> "eth0.7"),
        orNull(() -> random.nextInt() | 1));
  }

  InetAddress ipv4() {
    byte[] octets = new byte[4];
    random.nextBytes(octets);
    octets[0] = (byte) (1 + random.nextInt(100));
    return address(octets);
  }

  Target client() {
    return random.nextInt(3) == 0
        ? random.nextBoolean() ? new Target.Listed("networks") : new Target.Country("AT")
        : new Target.Addresses(network());
  }

  Target target() {
    return switch (random.nextInt(5)) {
      case 0 -> new Target.Addresses(network());
      case 1 -> new Target.Host(host());
      case 2 -> new Target.Listed(random.nextBoolean() ? "networks" : "names-2");
      case 3 -> new Target.Country(random.nextBoolean() ? "DE" : "XK");
      default -> new Target.Suffix(host());
    };
  }

  List<Advertised> advertised() {
    List<Network> networks = list(3, this::network).stream().distinct().toList();
    return networks.stream().map(network -> new Advertised(network, text(address()))).toList();
  }

  Network network() {
    byte[] octets = address().getAddress();
    int prefix = upTo(octets.length * 8);
    for (int bit = prefix; bit < octets.length * 8; bit++) {
      octets[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return new Network(address(octets), prefix);
  }

  InetAddress address() {
    byte[] octets = new byte[bool() ? 4 : 16];
    random.nextBytes(octets);
    octets[0] = (byte) (1 + random.nextInt(100)); // neither unspecified nor multicast
    for (int i = 1; i < octets.length && bool(); i++) {
      octets[i] = 0;
    }
    return address(octets);
  }

  static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  static String text(InetAddress address) {
    return Addresses.text(address);
  }

  Endpoint endpoint() {
    return new Endpoint(bool() ? text(address()) : host(), upTo(65_535));
  }

  Endpoint server() {
    return new Endpoint(text(address()), 1 + upTo(65_534));
  }

  PortRange ports() {
    int first = 1 + upTo(65_534);
    return new PortRange(first, bool() ? first : first + upTo(65_535 - first));
  }

  String host() {
    return "a" + upTo(99) + "-b_c.example" + (bool() ? "" : ".org");
  }

  /** Anything that may be typed, and some of what may not. */
  String text() {
    StringBuilder text = new StringBuilder("x");
    for (int i = upTo(8); i > 0; i--) {
      text.appendCodePoint(
          switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(0xa0);
            case 1 -> 0x1f600 + random.nextInt(50);
            case 2 -> 0x2000 + random.nextInt(0x40);
            default -> "\"'#:-{}[],&*!|>%@`\\ ~".codePointAt(random.nextInt(20));
          });
    }
    String all = text.toString();
    assertThat(all.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, 255);
    return all;
  }

  boolean bool() {
    return random.nextBoolean();
  }

  int upTo(int most) {
    return random.nextInt(most + 1);
  }

  Duration millis(long least, long most) {
    long unit = new long[] {1, 1000, 60_000, 3_600_000}[random.nextInt(4)];
    long any = random.nextLong(least, most + 1);
    return Duration.ofMillis(any - any % unit < least ? any : any - any % unit);
  }

  <E extends Enum<E>> E word(Class<E> type) {
    return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
  }

  <E extends Enum<E>> List<E> words(Class<E> type) {
    return list(4, () -> word(type)).stream().distinct().toList();
  }

  <T> List<T> some(Supplier<T> element) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(element.get()), list(2, element).stream())
        .distinct()
        .toList();
  }

  <T> List<T> list(int most, Supplier<T> element) {
    return java.util.stream.Stream.generate(element).limit(upTo(most)).toList();
  }

  <T> @Nullable T orNull(Supplier<T> value) {
    return bool() ? null : value.get();
  }
}
