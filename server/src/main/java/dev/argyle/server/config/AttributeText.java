package dev.argyle.server.config;

import static java.util.stream.Collectors.joining;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The kinds of values of {@link Attributes}, and one line of text for each value. */
final class AttributeText {

  /** Takes a limit of the plan away. */
  static final String NONE = "none";

  /** The longest note, in characters. */
  static final int MAX_NOTE = 200;

  /** The most networks, and the most hours, of one account. */
  static final int MAX_ITEMS = 64;

  private static final int DAY_LENGTH = "2026-12-31".length();

  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  static final Kind<Instant> TIME =
      orNone(
          Kind.quoted("a day, or a time as 2026-12-31T18:00:00Z", AttributeText::time),
          Attributes.NEVER);

  static final Kind<List<Network>> NETWORKS = listOrNone("networks", Network::parse);

  static final Kind<List<Hours>> HOURS =
      listOrNone("times of the week, as mon-fri 08:00-18:00", Hours::parse);

  static final Kind<String> EGRESS = orNone(EgressText.NAME, "");

  static final Kind<UsagePeriod> PERIOD =
      Kind.scalar(
          "day, week, week sun, month, month 15, or total",
          UsagePeriod::parse,
          UsagePeriod::toString);

  /** Octets a second; 0 is the end. */
  static final Kind<Long> THEN = orWord(octets("1KiB", "8GiB"), "end", 0L);

  static final Kind<String> RULES =
      orNone(Kind.scalar("a name of rules", AttributeText::ruleName, name -> name), "");

  static final Kind<String> NOTE = Kind.quoted("at most 200 characters", AttributeText::note);

  /** The file's plans by name, in the order of their names. */
  static final Kind<Map<String, Attributes>> PLANS =
      new Kind<>(
          "null, or a map of names to attributes", AttributeText::plans, AttributeText::plansText);

  private AttributeText() {}

  static Kind<Integer> count(int most) {
    return orNone(Kind.count(1, most), 0);
  }

  /** Octets a second, at once, or in all. */
  static Kind<Long> octetsOrNone(String least, String most) {
    return orNone(octets(least, most), 0L);
  }

  private static Kind<Long> octets(String least, String most) {
    long lowest = Quantities.octets(least);
    long highest = Quantities.octets(most);
    String bounds = least + " to " + most;
    return Kind.scalar(
        bounds,
        text -> {
          long octets = Quantities.octets(text);
          if (octets < lowest || octets > highest) {
            throw new IllegalArgumentException(text + " is out of bounds; " + bounds);
          }
          return octets;
        },
        Quantities::octetsText);
  }

  private static <T> Kind<T> orNone(Kind<T> kind, T none) {
    return orWord(kind, NONE, none);
  }

  private static <T> Kind<T> orWord(Kind<T> kind, String word, T meaning) {
    return new Kind<>(
        word + (kind.values().contains(" or ") ? ", " : " or ") + kind.values(),
        value -> value.text().equals(word) ? meaning : kind.reader().apply(value),
        given -> given.equals(meaning) ? word : kind.printer().apply(given));
  }

  private static <T> Kind<List<T>> listOrNone(String values, Function<String, T> read) {
    Kind<List<T>> list = Kind.list(values, read);
    return new Kind<>(
        NONE + " or " + values,
        value -> {
          if (value.node() instanceof ScalarNode scalar && scalar.getValue().equals(NONE)) {
            return List.of();
          }
          if (value.isEmptyList()) {
            throw new IllegalArgumentException("is an empty list; write none for no limit");
          }
          List<T> items = list.reader().apply(value);
          if (items.size() > MAX_ITEMS) {
            throw new IllegalArgumentException("has more than " + MAX_ITEMS + " items");
          }
          return items;
        },
        items -> items.isEmpty() ? NONE : list.printer().apply(items));
  }

  /** Where it is a day, its end by the operator's clock. */
  private static Instant time(String text) {
    try {
      Instant time =
          text.length() <= DAY_LENGTH
              ? LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneId.systemDefault()).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      if (time.isAfter(Instant.EPOCH) && time.isBefore(LATEST)) {
        return time;
      }
    } catch (DateTimeParseException wrong) {
      // the advice below is the better one
    }
    throw new IllegalArgumentException(
        Quote.of(text)
            + " is no time; write the last day, as 2026-12-31, or a time, as"
            + " 2026-12-31T18:00:00Z");
  }

  /** As rules name whose own they are, without the sign before it. */
  private static String ruleName(String text) {
    if (!OwnAttributes.isName(text)) {
      throw new IllegalArgumentException(
          Quote.of(text)
              + " is not a name of rules; write kids for the rules that have users: [\"@kids\"]");
    }
    return text;
  }

  private static String note(String text) {
    if (text.length() > MAX_NOTE || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "a note has at most " + MAX_NOTE + " characters, all in one line");
    }
    return text;
  }

  private static Map<String, Attributes> plans(Value value) {
    Map<String, Attributes> plans = new TreeMap<>();
    new Section(value, value.key(), value.problems())
        .forEach(
            (key, plan) -> {
              String name = key.read(null, Value::text);
              if (name != null && !OwnAttributes.isName(name)) {
                key.wrong(
                    "the name of a plan has 1 to 64 letters, digits, dots, hyphens and"
                        + " underscores");
              } else if (name != null) {
                Section attributes = new Section(plan, plan.key(), plan.problems());
                Attributes read = Keys.PLAN.record(Keys.PLAN.read(attributes));
                if (read.fromMode() == FromMode.ADDRESS_ONLY) {
                  plan.wrong(
                      "from-mode: address-only makes a client's address one account; give it, with"
                          + " from, to that account: argyle users set NAME");
                }
                plans.put(name, read);
              }
            });
    return plans;
  }

  private static String plansText(Map<String, Attributes> plans) {
    return plans.isEmpty()
        ? "null"
        : new TreeMap<>(plans)
            .entrySet().stream()
                .map(plan -> Quote.yaml(plan.getKey()) + ": " + planText(plan.getValue()))
                .collect(joining("\n  ", "\n  ", ""));
  }

  /** On one line, the keys of a section together: {@code { rate: { up: 1MiB, down: 2MiB } }}. */
  private static String planText(Attributes plan) {
    Map<String, @Nullable Object> values = Keys.PLAN.values(plan);
    Map<String, List<String>> sections = new LinkedHashMap<>();
    for (Key<?> key : Keys.PLAN.keys()) {
      if (!key.isDefault(values)) {
        int dot = key.path().indexOf('.');
        String section = dot < 0 ? "" : key.path().substring(0, dot);
        String line = key.path().substring(dot + 1) + ": " + key.show(values);
        sections.computeIfAbsent(section, _ -> new ArrayList<>()).add(line);
      }
    }
    List<String> parts = new ArrayList<>();
    sections.forEach(
        (section, lines) -> {
          if (section.isEmpty()) {
            parts.addAll(lines);
          } else {
            parts.add(section + ": { " + String.join(", ", lines) + " }");
          }
        });
    return parts.isEmpty() ? "{}" : "{ " + String.join(", ", parts) + " }";
  }

  /**
   * The value of one attribute.
   *
   * @param text a scalar, or items with commas between
   * @throws IllegalArgumentException if it is none
   */
  static @Nullable Object read(Key<?> key, String text) {
    Problems problems = new Problems("");
    boolean isList = key.kind() == NETWORKS || key.kind() == HOURS;
    Node node = isList && !text.equals(NONE) ? items(text) : scalar(text);
    Object value = key.read(new Value(node, key.path(), problems));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.inOrder().getFirst().message());
    }
    return value;
  }

  private static Node items(String text) {
    List<Node> items = new ArrayList<>();
    for (String item : text.split(",", -1)) {
      items.add(scalar(item.strip()));
    }
    return new SequenceNode(
        Tag.SEQ, true, items, FlowStyle.FLOW, Optional.empty(), Optional.empty());
  }

  private static Node scalar(String text) {
    return new ScalarNode(Tag.STR, text, ScalarStyle.PLAIN);
  }

  /** What {@link #read} reads. */
  static String show(Key<?> key, Map<String, ?> values) {
    return switch (values.get(key.path())) {
      case null -> "";
      case List<?> items when items.isEmpty() -> NONE;
      case List<?> items -> String.join(", ", items.stream().map(String::valueOf).toList());
      case String none when none.isEmpty() && (key.kind() == EGRESS || key.kind() == RULES) -> NONE;
      case String text -> text;
      case Instant time when !time.equals(Attributes.NEVER) -> time.toString();
      default -> key.show(values);
    };
  }
}
