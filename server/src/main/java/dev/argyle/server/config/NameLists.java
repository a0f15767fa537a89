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

  /** Reports each list that a rule names and the file does not have, or that does not fit there. */
  static void check(List<RuleLine> rules, Map<String, NameList> lists, Problems problems) {
    for (int rule = 0; rule < rules.size(); rule++) {
      RuleLine line = rules.get(rule);
      check(line, "rules[" + rule + "].to", line.to(), lists, false, problems);
      check(line, "rules[" + rule + "].from", line.from(), lists, true, problems);
    }
  }

  private static void check(
      RuleLine rule,
      String key,
      List<Target> targets,
      Map<String, NameList> lists,
      boolean networks,
      Problems problems) {
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i) instanceof Target.Listed(String name)) {
        NameList list = lists.get(name);
        String wrong = null;
        if (list == null) {
          wrong = "is not a list that there is" + known(name, lists);
        } else if (networks && !list.format().hasNetworks()) {
          wrong = "is a list of names; from takes networks, and lists of the format networks";
        }
        if (wrong != null) {
          int line = line(rule);
          String at = key + "[" + i + "]";
          problems.add(
              new ConfigProblem(
                  problems.file(),
                  line,
                  line == 0 ? 0 : 1,
                  at,
                  Quote.of("@" + name) + " " + wrong));
        }
      }
    }
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
