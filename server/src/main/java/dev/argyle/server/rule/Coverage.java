package dev.argyle.server.rule;

import dev.argyle.server.config.Network;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.PortRange;
import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * Finds rules that can never make a difference, since an earlier one decides about all that they
 * are for. What it finds is so; it does not find all: a rule that several earlier ones cover
 * together is not seen. Pure.
 */
final class Coverage {

  /** Each rule is compared with all before it: of more rules than this, none is looked at. */
  static final int MOST_RULES = 3_000;

  private Coverage() {}

  /** For each rule, the number from 1 of the first rule that covers it; 0: none is known to. */
  static int[] of(List<RuleLine> lines) {
    int[] shadows = new int[lines.size()];
    if (lines.size() > MOST_RULES) {
      return shadows;
    }
    for (int rule = 1; rule < shadows.length; rule++) {
      for (int before = 0; before < rule && shadows[rule] == 0; before++) {
        if (covers(lines.get(before), lines.get(rule))) {
          shadows[rule] = before + 1;
        }
      }
    }
    return shadows;
  }

  static boolean covers(RuleLine first, RuleLine later) {
    return all(first.users(), later.users(), Object::equals)
        && all(first.commands(), later.commands(), Object::equals)
        && all(first.ports(), later.ports(), Coverage::holds)
        && all(first.from(), later.from(), Coverage::holds)
        && coversDestinations(first, later);
  }

  /** Whether each of {@code later} is within one of {@code first}; none written stands for all. */
  private static <T> boolean all(
      Collection<T> first, Collection<T> later, BiPredicate<T, T> holds) {
    return first.isEmpty()
        || (!later.isEmpty()
            && later.stream().allMatch(one -> first.stream().anyMatch(of -> holds.test(of, one))));
  }

  /**
   * An allow rule without networks does not open what is closed by default, which a later allow
   * rule with networks may. A later deny rule makes no difference there: it is closed anyway.
   */
  private static boolean coversDestinations(RuleLine first, RuleLine later) {
    if (first.to().isEmpty()) {
      return !first.allow()
          || !later.allow()
          || later.to().stream().noneMatch(Coverage::mayNameWhatIsClosed);
    }
    return all(first.to(), later.to(), Coverage::holds);
  }

  /** What is in a list may change. */
  private static boolean mayNameWhatIsClosed(Target target) {
    return switch (target) {
      case Target.Addresses(var network) -> mayBeClosed(network);
      case Target.Listed _ -> true;
      case Target.Host _, Target.Suffix _, Target.Country _ -> false;
    };
  }

  /** IPv6 may have an address of IPv4 inside. */
  private static boolean mayBeClosed(Network network) {
    Prefix prefix = Prefix.of(network);
    return prefix.bits().width() != Bits.IPV4 || Closed.overlaps(prefix);
  }

  private static boolean holds(Target first, Target later) {
    return switch (first) {
      case Target.Addresses(var network) ->
          later instanceof Target.Addresses(var other) && holds(network, other);
      case Target.Listed _, Target.Country _ -> first.equals(later);
      case Target.Host(var name) ->
          later instanceof Target.Host(var other)
              && Asked.plainName(name).equals(Asked.plainName(other));
      case Target.Suffix(var name) -> {
        String end = "." + Asked.plainName(name);
        yield switch (later) {
          case Target.Addresses _, Target.Listed _, Target.Country _ -> false;
          case Target.Host(var other) -> Asked.plainName(other).endsWith(end);
          case Target.Suffix(var other) -> ("." + Asked.plainName(other)).endsWith(end);
        };
      }
    };
  }

  private static boolean holds(PortRange first, PortRange later) {
    return first.first() <= later.first() && later.last() <= first.last();
  }

  private static boolean holds(Network first, Network later) {
    Prefix of = Prefix.of(first);
    Prefix in = Prefix.of(later);
    return of.length() <= in.length() && of.holds(in.bits());
  }
}
