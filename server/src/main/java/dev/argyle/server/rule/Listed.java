package dev.argyle.server.rule;

import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.list.NamedList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which rules name which lists. Each list is asked once for a question, however many rules name it.
 * What is in a list may be replaced at any time; the lists themselves do not change.
 */
final class Listed {

  private final NamedList[] lists;
  private final RuleSet[] rules; // of each

  private Listed(NamedList[] lists, RuleSet[] rules) {
    this.lists = lists;
    this.rules = rules;
  }

  /**
   * Of one condition of all rules.
   *
   * @throws IllegalArgumentException if there is no such list: else a denial would be lost
   */
  static Listed of(
      List<RuleLine> lines,
      Function<RuleLine, List<Target>> condition,
      Map<String, NamedList> lists) {
    Map<NamedList, RuleSet> found = new LinkedHashMap<>();
    for (int rule = 0; rule < lines.size(); rule++) {
      for (Target target : condition.apply(lines.get(rule))) {
        if (target instanceof Target.Listed(var name)) {
          found.computeIfAbsent(list(name, lists), _ -> new RuleSet()).add(rule);
        }
      }
    }
    return new Listed(
        found.keySet().toArray(NamedList[]::new), found.values().toArray(RuleSet[]::new));
  }

  static NamedList list(String name, Map<String, NamedList> lists) {
    NamedList list = lists.get(name);
    if (list == null) {
      throw new IllegalArgumentException("there is no list @" + name);
    }
    return list;
  }

  /** Adds the rules that name a list of networks, whatever the list has. */
  void addThoseOfNetworks(long[] matching) {
    for (int i = 0; i < lists.length; i++) {
      if (lists[i].isOfNetworks()) {
        rules[i].addTo(matching);
      }
    }
  }

  void addByName(String name, long[] matching) {
    for (int i = 0; i < lists.length; i++) {
      if (lists[i].hasName(name)) {
        rules[i].addTo(matching);
      }
    }
  }

  void addByAddress(Bits address, long[] matching) {
    for (int i = 0; i < lists.length; i++) {
      if (lists[i].holds(address.width(), address.high(), address.low())) {
        rules[i].addTo(matching);
      }
    }
  }
}
