package dev.argyle.server.config;

import static java.util.stream.Collectors.joining;

import dev.argyle.server.config.RuleLine.Target;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The kind of {@code lists}, and whether the lists that rules name are there. */
final class NameLists {

  /** Each is asked once for a question that a rule may decide by it. */
  static final int MOST = 64;

  /** The file's lists by name, in the order of their names. */
  static final Kind<Map<String, NameList>> LISTS =
      new Kind<>("null, or a map of names to files", NameLists::read, NameLists::text);

  private NameLists() {}

  private static Map<String, NameList> read(Value value) {
    Map<String, NameList> lists = new TreeMap<>();
    new Section(value, value.key(), value.problems())
        .forEach(
            (key, list) -> {
              String name = key.read(null, Value::text);
              if (name != null && !OwnAttributes.isName(name)) {
                key.wrong(
                    "the name of a list has 1 to 64 letters, digits, dots, hyphens and"
                        + " underscores");
              } else if (name != null) {
                lists.put(name, list(list));
              }
            });
    if (lists.size() > MOST) {
      throw new IllegalArgumentException("has " + lists.size() + " lists; at most " + MOST);
    }
    return lists;
  }

  private static NameList list(Value value) {
    Section section = new Section(value, value.key(), value.problems());
    Map<String, @Nullable Object> values = Keys.LIST.read(section);
    if ((value.isMap() || value.isNull()) && section.value("file") == null) {
      value.wrong("has no file; a list is { file: NAME, format: hosts, domains or networks }");
    }
    return Keys.LIST.record(values);
  }

  private static String text(Map<String, NameList> lists) {
    return lists.isEmpty()
        ? "null"
        : new TreeMap<>(lists)
            .entrySet().stream()
                .map(list -> Quote.yaml(list.getKey()) + ": " + text(list.getValue()))
                .collect(joining("\n  ", "\n  ", ""));
  }

  private static String text(NameList list) {
    Map<String, @Nullable Object> values = Keys.LIST.values(list);
    return Keys.LIST.keys().stream()
        .map(key -> key.path() + ": " + key.show(values))
        .collect(joining(", ", "{ ", " }"));
  }

  /**
   * Reports each list that a rule names and the file does not have, or that does not fit there, and
   * each country where there is no database of them.
   */
  static void check(Configuration all, Problems problems) {
    for (int rule = 0; rule < all.rules().size(); rule++) {
      RuleLine line = all.rules().get(rule);
      check(line, "rules[" + rule + "].to", line.to(), all, false, problems);
      check(line, "rules[" + rule + "].from", line.from(), all, true, problems);
    }
  }

  private static void check(
      RuleLine rule,
      String key,
      List<Target> targets,
      Configuration all,
      boolean networks,
      Problems problems) {
    for (int i = 0; i < targets.size(); i++) {
      String wrong =
          switch (targets.get(i)) {
            case Target.Listed(String name) -> wrongList(name, all.lists(), networks);
            case Target.Country(String code) ->
                all.countries().file() == null
                    ? Quote.of(Countries.PREFIX + code)
                        + " needs a database of countries; name its file as countries.file"
                    : null;
            case Target.Addresses _, Target.Host _, Target.Suffix _ -> null;
          };
      if (wrong != null) {
        int line = line(rule);
        String at = key + "[" + i + "]";
        problems.add(new ConfigProblem(problems.file(), line, line == 0 ? 0 : 1, at, wrong));
      }
    }
  }

  private static @Nullable String wrongList(
      String name, Map<String, NameList> lists, boolean networks) {
    NameList list = lists.get(name);
    if (list == null) {
      return Quote.of("@" + name) + " is not a list that there is" + known(name, lists);
    }
    return networks && !list.format().hasNetworks()
        ? Quote.of("@" + name)
            + " is a list of names; from takes networks, and lists of the format networks"
        : null;
  }

  private static String known(String name, Map<String, NameList> lists) {
    String meant = Words.meant(name, lists.keySet());
    if (!meant.isEmpty() || lists.isEmpty()) {
      return meant.isEmpty() ? "; name its file as lists." + name : meant;
    }
    return "; the lists are " + String.join(", ", new TreeMap<>(lists).keySet());
  }

  /** From its place, {@code argyle.yaml:21}. */
  private static int line(RuleLine rule) {
    String place = rule.place();
    String digits = place.substring(place.lastIndexOf(':') + 1);
    return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : 0;
  }
}
