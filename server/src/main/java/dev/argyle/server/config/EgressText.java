package dev.argyle.server.config;

import static java.util.stream.Collectors.joining;

import dev.argyle.server.config.EgressSettings.By;
import dev.argyle.server.config.EgressSettings.Families;
import dev.argyle.server.config.EgressSettings.Pick;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The kinds of values of {@link EgressSettings}, and which of them may be together. */
final class EgressText {

  /** The largest networks: more is a slip of the pen. */
  static final int LEAST_IPV4_PREFIX = 8;

  static final int LEAST_IPV6_PREFIX = 32;

  /** The most egresses. */
  static final int MAX_NAMES = 1000;

  private static final int MAX_INTERFACE = 15; // IFNAMSIZ, with its NUL

  static final Kind<String> NAME = Kind.quoted("the name of an egress", EgressText::name);

  static final Kind<List<InetAddress>> ADDRESSES =
      new Kind<>(
          "addresses of this host",
          EgressText::addresses,
          Kind.list("", Kinds.HOST_ADDRESS).printer());

  static final Kind<Network> PREFIX = Kind.quoted("a network", EgressText::prefix);

  static final Kind<String> INTERFACE =
      Kind.quoted("the name of an interface", EgressText::interfaceName);

  static final Kind<Integer> MARK =
      Kind.scalar(
          "1 to 4294967295, also as 0x1f",
          EgressText::mark,
          mark -> Integer.toUnsignedString(mark));

  /** The file's egresses by name, in the order of their names. */
  static final Kind<Map<String, EgressSettings>> EGRESSES =
      new Kind<>(
          "null, or a map of names to settings", EgressText::egresses, EgressText::egressesText);

  private EgressText() {}

  private static String name(String text) {
    if (!OwnAttributes.isName(text)) {
      throw new IllegalArgumentException(
          Quote.of(text)
              + " is not the name of an egress, which has 1 to 64 letters, digits, dots, hyphens"
              + " and underscores, and is not none");
    }
    return text;
  }

  private static List<InetAddress> addresses(Value value) {
    Set<InetAddress> seen = new HashSet<>();
    List<InetAddress> addresses =
        value.list(
            item -> {
              InetAddress address = Kinds.HOST_ADDRESS.reader().apply(item);
              if (!seen.add(address)) {
                throw new IllegalArgumentException(Quote.of(item.text()) + " is in the list twice");
              }
              return address;
            });
    if (addresses.size() > EgressSettings.MAX_ADDRESSES) {
      throw new IllegalArgumentException(
          "has %d addresses; an egress has at most %d, or a prefix"
              .formatted(addresses.size(), EgressSettings.MAX_ADDRESSES));
    }
    return addresses;
  }

  private static Network prefix(String text) {
    Network network = Network.parse(text);
    boolean ipv6 = network.address() instanceof Inet6Address;
    int least = ipv6 ? LEAST_IPV6_PREFIX : LEAST_IPV4_PREFIX;
    if (network.prefix() < least) {
      throw new IllegalArgumentException(
          Quote.of(text)
              + " is too large a network; an "
              + (ipv6 ? "IPv6" : "IPv4")
              + " prefix is /"
              + least
              + " or longer here");
    }
    return network;
  }

  private static String interfaceName(String text) {
    boolean right =
        text.length() <= MAX_INTERFACE
            && text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/')
            && !text.isEmpty();
    if (!right) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not the name of an interface, which has 1 to 15 characters");
    }
    return text;
  }

  private static Integer mark(String text) {
    try {
      long mark =
          text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
      if (mark >= 1 && mark <= 0xffff_ffffL && text.charAt(0) != '+') {
        return (int) mark;
      }
    } catch (NumberFormatException wrong) {
      // the advice below is the better one
    }
    throw new IllegalArgumentException(
        Quote.of(text) + " is not a mark; it is 1 to 4294967295, also as 0x1f");
  }

  private static Map<String, EgressSettings> egresses(Value value) {
    Map<String, EgressSettings> egresses = new TreeMap<>();
    new Section(value, value.key(), value.problems())
        .forEach(
            (key, egress) -> {
              String name = key.read(null, NAME.reader());
              if (name != null) {
                Section settings = new Section(egress, egress.key(), egress.problems());
                EgressSettings read = Keys.EGRESS.record(Keys.EGRESS.read(settings));
                check(read, settings);
                egresses.put(name, read);
              }
            });
    if (egresses.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "has " + egresses.size() + " egresses; there may be " + MAX_NAMES);
    }
    return egresses;
  }

  /** What may not be together. */
  private static void check(EgressSettings read, Section given) {
    Network prefix = read.prefix();
    if (prefix != null) {
      boolean ipv6 = prefix.address() instanceof Inet6Address;
      String family = ipv6 ? "IPv6" : "IPv4";
      if (read.addresses().stream().anyMatch(one -> one instanceof Inet6Address == ipv6)) {
        wrong(
            given,
            "prefix",
            "is "
                + family
                + ", and addresses has addresses of "
                + family
                + " too; give one of the two for a family");
      }
      if (read.pick() == Pick.LEAST_USED && !EgressSettings.isSmall(prefix)) {
        wrong(
            given,
            "pick",
            "is least-used, which counts each address, and "
                + prefix
                + " has too many; a prefix of up to "
                + EgressSettings.MAX_ADDRESSES
                + " addresses, or rotate");
      }
    }
    if (read.sameAsIncoming() && read.namesAddresses()) {
      wrong(
          given,
          "same-as-incoming",
          "is the address that the client has connected to; leave addresses and prefix out");
    }
    Families family = read.family();
    if (family != null
        && read.namesAddresses()
        && !(read.has(true) && family.allows(true))
        && !(read.has(false) && family.allows(false))) {
      wrong(
          given,
          "family",
          "is %s, and no address here is of that family".formatted(Words.of(family)));
    }
    if (read.pick() != Pick.STICKY) {
      for (String key : List.of("by", "sticky-time")) {
        wrong(given, key, "is of pick: sticky alone; leave it out");
      }
    }
  }

  private static void wrong(Section given, String key, String message) {
    Value value = given.value(key);
    if (value != null) {
      value.wrong(message);
    }
  }

  /**
   * What names an egress that is not there: rules and plans; and an egress by session, where the
   * names of sessions are not taken from logins.
   */
  static void checkNames(Configuration all, Section top) {
    Value rules = top.value("rules");
    for (int i = 0; rules != null && i < all.rules().size(); i++) {
      String name = all.rules().get(i).egress();
      if (name != null && !all.egress().containsKey(name)) {
        Value rule = rules.elements().get(i);
        wrong(new Section(rule, rule.key(), rule.problems()), "egress", unknown(name, all));
      }
    }
    Value plans = top.value("plans");
    if (plans != null) {
      new Section(plans, plans.key(), plans.problems())
          .forEach(
              (key, plan) -> {
                Attributes read = all.plans().get(key.text());
                String name = read == null ? null : read.egress();
                if (name != null && !name.isEmpty() && !all.egress().containsKey(name)) {
                  wrong(
                      new Section(plan, plan.key(), plan.problems()), "egress", unknown(name, all));
                }
              });
    }
    Value egresses = top.value("egress");
    if (egresses != null && !all.socks().sessionSuffix()) {
      new Section(egresses, egresses.key(), egresses.problems())
          .forEach(
              (key, egress) -> {
                EgressSettings read = all.egress().get(key.text());
                if (read != null && read.by() == By.SESSION) {
                  wrong(
                      new Section(egress, egress.key(), egress.problems()),
                      "by",
                      "is session, and socks.session-suffix is false; set it to true, and clients"
                          + " log in as NAME+session=ID");
                }
              });
    }
  }

  /** Names an egress that the configuration does not have, and those that it has. */
  static String unknown(String name, Configuration all) {
    Set<String> names = new TreeSet<>(all.egress().keySet());
    return Quote.of(name)
        + " is no egress of this configuration; "
        + (names.isEmpty() ? "it has none: see egress" : "it has " + String.join(", ", names));
  }

  private static String egressesText(Map<String, EgressSettings> egresses) {
    return egresses.isEmpty()
        ? "null"
        : new TreeMap<>(egresses)
            .entrySet().stream()
                .map(one -> Quote.yaml(one.getKey()) + ": " + text(one.getValue()))
                .collect(joining("\n  ", "\n  ", ""));
  }

  private static String text(EgressSettings egress) {
    Map<String, @Nullable Object> values = Keys.EGRESS.values(egress);
    String text =
        Keys.EGRESS.keys().stream()
            .filter(key -> !key.isDefault(values))
            .map(key -> key.path() + ": " + key.show(values))
            .collect(joining(", "));
    return text.isEmpty() ? "{}" : "{ " + text + " }";
  }
}
