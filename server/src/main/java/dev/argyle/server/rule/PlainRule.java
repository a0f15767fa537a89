package dev.argyle.server.rule;

import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.list.NamedList;
import dev.argyle.server.rule.Explanation.Condition;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One rule, condition by condition: slow, for people who ask why.
 *
 * @param lists that rules name, by name
 */
record PlainRule(RuleLine line, Map<String, NamedList> lists) {

  /** The first condition that does not hold; null: the rule matches. */
  @Nullable Condition missed(Asked asked) {
    if (!line.users().isEmpty() && !asked.isOneOf(line.users())) {
      return Condition.USER;
    }
    if (!line.from().isEmpty()
        && line.from().stream().noneMatch(target -> holds(target, asked.client()))) {
      return Condition.CLIENT;
    }
    if (!line.commands().isEmpty() && !line.commands().contains(asked.command())) {
      return Condition.COMMAND;
    }
    if (!line.ports().isEmpty()
        && line.ports().stream().noneMatch(range -> range.contains(asked.port()))) {
      return Condition.PORT;
    }
    return missedDestination(asked);
  }

  private @Nullable Condition missedDestination(Asked asked) {
    boolean byAddress = names(asked.address());
    boolean byEmbedded = asked.embedded() != null && names(asked.embedded());
    boolean named = byAddress || line.to().isEmpty() || namesHost(asked.name());
    if (!line.allow()) {
      return named || byEmbedded ? null : Condition.DESTINATION;
    }
    if (!named) {
      return Condition.DESTINATION;
    }
    boolean shut = asked.closed() != null && !byAddress;
    boolean shutInside = asked.closedEmbedded() != null && !byEmbedded;
    return shut || shutInside ? Condition.CLOSED : null;
  }

  private boolean names(Bits address) {
    return any(target -> holds(target, address));
  }

  private boolean holds(Target target, Bits address) {
    return switch (target) {
      case Target.Addresses(var network) -> Prefix.of(network).holds(address);
      case Target.Listed(var list) ->
          Listed.list(list, lists).holds(address.width(), address.high(), address.low());
      case Target.Country(var code) -> ByCountry.holds(code, address, lists);
      case Target.Host _, Target.Suffix _ -> false;
    };
  }

  private boolean namesHost(@Nullable String name) {
    return name != null
        && any(
            target ->
                switch (target) {
                  case Target.Addresses _, Target.Country _ -> false;
                  case Target.Host(var host) -> name.equals(Asked.plainName(host));
                  case Target.Suffix(var suffix) -> name.endsWith("." + Asked.plainName(suffix));
                  case Target.Listed(var list) -> Listed.list(list, lists).hasName(name);
                });
  }

  private boolean any(Predicate<Target> holds) {
    return line.to().stream().anyMatch(holds);
  }
}
