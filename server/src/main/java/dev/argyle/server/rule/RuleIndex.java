package dev.argyle.server.rule;

import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.server.list.NamedList;
import dev.argyle.wire.socks.Command;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules turned inside out: for each condition, which rules hold for a given user, client, command,
 * destination or port. A question is answered by five such sets of bits, their intersection, and
 * its lowest bit.
 *
 * <p>Its cost is bounded by the number of rules / 64 words a set, and a set is the union of those
 * on a path of a trie (at most 129) or of a name's labels (at most 128). Its memory grows with the
 * number of conditions written, since {@link RuleSet} is sparse. Immutable once made.
 */
final class RuleIndex {

  private final int words;
  private final long[] allowing;

  private final RuleSet anyUser = new RuleSet();
  private final Map<String, RuleSet> users = new HashMap<>();

  private final RuleSet anyClient = new RuleSet();
  private final NetworkTries clients = new NetworkTries();

  private final Map<Command, RuleSet> commands = new EnumMap<>(Command.class);

  private final RuleSet anyDestination = new RuleSet();
  private final RuleSet byNetwork = new RuleSet();
  private final NetworkTries networks = new NetworkTries();
  private final Map<String, RuleSet> hosts = new HashMap<>();
  private final Map<String, RuleSet> suffixes = new HashMap<>();

  private final Listed clientLists;
  private final Listed destinationLists;

  private final ByCountry clientCountries;
  private final ByCountry destinationCountries;

  private final RuleSet anyPort = new RuleSet();
  private final PrefixTrie ports = new PrefixTrie(Bits.PORT);

  /**
   * @param lists that the rules name, by name; the database of countries, if they name one
   */
  RuleIndex(List<RuleLine> lines, Map<String, NamedList> lists) {
    words = RuleSet.words(lines.size());
    clientLists = Listed.of(lines, RuleLine::from, lists);
    destinationLists = Listed.of(lines, RuleLine::to, lists);
    clientCountries = ByCountry.of(lines, RuleLine::from, lists);
    destinationCountries = ByCountry.of(lines, RuleLine::to, lists);
    RuleSet allow = new RuleSet();
    for (int rule = 0; rule < lines.size(); rule++) {
      RuleLine line = lines.get(rule);
      if (line.allow()) {
        allow.add(rule);
      }
      addClient(rule, line);
      addDestination(rule, line);
    }
    allowing = new long[words];
    allow.addTo(allowing);
  }

  private void addClient(int rule, RuleLine line) {
    if (line.users().isEmpty()) {
      anyUser.add(rule);
    }
    line.users().forEach(user -> named(users, user).add(rule));
    if (line.from().isEmpty()) {
      anyClient.add(rule);
    }
    for (Target client : line.from()) {
      if (client instanceof Target.Addresses(var network)) {
        clients.add(network, rule);
      }
    }
    for (Command command : Command.values()) {
      if (line.commands().isEmpty() || line.commands().contains(command)) {
        commands.computeIfAbsent(command, key -> new RuleSet()).add(rule);
      }
    }
  }

  private void addDestination(int rule, RuleLine line) {
    if (line.to().isEmpty()) {
      anyDestination.add(rule);
    }
    for (Target target : line.to()) {
      switch (target) {
        case Target.Addresses(var network) -> {
          networks.add(network, rule);
          byNetwork.add(rule);
        }
        case Target.Host(var name) -> named(hosts, Asked.plainName(name)).add(rule);
        case Target.Suffix(var name) -> named(suffixes, Asked.plainName(name)).add(rule);
        case Target.Country _ -> byNetwork.add(rule); // and see ByCountry
        case Target.Listed _ -> {} // see Listed
      }
    }
    if (line.ports().isEmpty()) {
      anyPort.add(rule);
    }
    line.ports().forEach(range -> addPorts(rule, range));
  }

  /** A range is at most 30 prefixes of 16 bits: the largest aligned blocks that fit, in order. */
  private void addPorts(int rule, PortRange range) {
    int first = range.first();
    while (first <= range.last()) {
      int aligned = Integer.lowestOneBit(first | 1 << Bits.PORT);
      int size = Math.min(aligned, Integer.highestOneBit(range.last() - first + 1));
      int length = Bits.PORT - Integer.numberOfTrailingZeros(size);
      ports.at(new Prefix(Bits.ofPort(first), length)).add(rule);
      first += size;
    }
  }

  /** The number, from 0, of the first rule that matches; -1: none does. */
  int first(Asked asked) {
    return lowest(destinations(asked), asked);
  }

  /**
   * The number, from 0, of a rule that denies this name whatever its addresses are; -1: an address
   * might be allowed. The question's own address means nothing.
   */
  int firstToDenyTheName(Asked asked) {
    long[] whatever = new long[words]; // their destination matches whatever the address is
    anyDestination.addTo(whatever);
    if (asked.name() != null) {
      addNames(asked.name(), whatever);
    }
    long[] deciding = new long[words];
    byNetwork.addTo(deciding); // theirs might
    destinationLists.addThoseOfNetworks(deciding);
    for (int i = 0; i < words; i++) {
      deciding[i] = (whatever[i] | deciding[i]) & allowing[i] | whatever[i] & ~allowing[i];
    }
    int rule = lowest(deciding, asked);
    return rule < 0 || isAllowing(rule) ? -1 : rule;
  }

  private boolean isAllowing(int rule) {
    return (allowing[rule / Long.SIZE] & 1L << rule) != 0;
  }

  /** The lowest of those whose other conditions hold too. */
  private int lowest(long[] matching, Asked asked) {
    keep(matching, anyPort, rules -> ports.addTo(Bits.ofPort(asked.port()), rules));
    keep(
        matching,
        anyUser,
        rules -> {
          addNamed(users, asked.user(), rules);
          if (asked.own() != null) {
            addNamed(users, asked.own(), rules);
          }
        });
    keep(matching, anyClient, rules -> addClients(asked.client(), rules));
    keep(matching, commands.get(asked.command()), rules -> {});
    return RuleSet.lowest(matching);
  }

  /** See {@link RuleBook} for what a destination must be to match. */
  private long[] destinations(Asked asked) {
    long[] byAddress = new long[words];
    addNetworks(asked.address(), byAddress);
    long[] byEmbedded = new long[words];
    if (asked.embedded() != null) {
      addNetworks(asked.embedded(), byEmbedded);
    }
    long[] otherwise = new long[words];
    anyDestination.addTo(otherwise);
    if (asked.name() != null) {
      addNames(asked.name(), otherwise);
    }
    for (int i = 0; i < words; i++) {
      long named = byAddress[i] | otherwise[i];
      long allowed = named & allowing[i];
      if (asked.closed() != null) {
        allowed &= byAddress[i];
      }
      if (asked.closedEmbedded() != null) {
        allowed &= byEmbedded[i];
      }
      long denied = (named | byEmbedded[i]) & ~allowing[i];
      otherwise[i] = allowed | denied;
    }
    return otherwise;
  }

  private void addClients(Bits client, long[] rules) {
    clients.addTo(client, rules);
    clientLists.addByAddress(client, rules);
    clientCountries.addByAddress(client, rules);
  }

  private void addNetworks(Bits address, long[] rules) {
    networks.addTo(address, rules);
    destinationLists.addByAddress(address, rules);
    destinationCountries.addByAddress(address, rules);
  }

  private void addNames(String name, long[] rules) {
    addNamed(hosts, name, rules);
    destinationLists.addByName(name, rules);
    if (suffixes.isEmpty()) {
      return;
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      addNamed(suffixes, name.substring(dot + 1), rules);
    }
  }

  /** Something that sets the bits of more rules. */
  private interface Union {
    void addTo(long[] rules);
  }

  private static void keep(long[] matching, @Nullable RuleSet any, Union named) {
    long[] holding = new long[matching.length];
    if (any != null) {
      any.addTo(holding);
    }
    named.addTo(holding);
    for (int i = 0; i < matching.length; i++) {
      matching[i] &= holding[i];
    }
  }

  /** Where an address is; null: in no country that is known, or no rule names one. */
  @Nullable String country(Bits address) {
    return destinationCountries.country(address);
  }

  /** The same of a client. */
  @Nullable String clientCountry(Bits client) {
    return clientCountries.country(client);
  }

  private static RuleSet named(Map<String, RuleSet> sets, String name) {
    return sets.computeIfAbsent(name, key -> new RuleSet());
  }

  private static void addNamed(Map<String, RuleSet> sets, String name, long[] rules) {
    RuleSet set = sets.get(name);
    if (set != null) {
      set.addTo(rules);
    }
  }
}
