package dev.argyle.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A map of the file, read key by key. Every key that was asked for is known; {@link #close} makes a
 * problem of each other one. An absent or empty section has every default.
 */
final class Section implements AutoCloseable {

  private final String path;
  private final Problems problems;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  /** A section at {@code key}; where {@code value} is null, one without any keys. */
  Section(@Nullable Value value, String key, Problems problems) {
    this.path = key;
    this.problems = problems;
    if (value != null && !value.isNull()) {
      if (value.node() instanceof MappingNode map) {
        map.getValue().forEach(this::enter);
      } else {
        value.wrong("takes a map of keys, as in { key: value }");
      }
    }
  }

  private void enter(NodeTuple entry) {
    Node key = entry.getKeyNode();
    if (!(key instanceof ScalarNode scalar)) {
      problems.add(key, path, "a key is one word, not a list or a map");
      return;
    }
    NodeTuple earlier = entries.putIfAbsent(scalar.getValue(), entry);
    if (earlier != null) {
      int line = earlier.getKeyNode().getStartMark().orElseThrow().getLine() + 1;
      problems.add(key, path(scalar.getValue()), "is here twice; the first is in line " + line);
    }
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** What stands at {@code key}; null if the key is absent. */
  @Nullable Value value(String key) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    return entry == null ? null : new Value(entry.getValueNode(), path(key), problems);
  }

  /** All entries of a map whose keys are not known beforehand, in the order of the file. */
  List<Map.Entry<Value, Value>> all() {
    List<Map.Entry<Value, Value>> all = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          known.add(key);
          String path = path(key);
          all.add(
              Map.entry(
                  new Value(entry.getKeyNode(), path, problems),
                  new Value(entry.getValueNode(), path, problems)));
        });
    return all;
  }

  Section section(String key) {
    return new Section(value(key), path(key), problems);
  }

  <T> T read(String key, T absent, Function<Value, T> how) {
    Value value = value(key);
    return value == null ? absent : value.read(absent, how);
  }

  /** As {@link #read}, for a value that {@code null} may be written for. */
  <T> @Nullable T readOrNull(String key, @Nullable T absent, Function<Value, T> how) {
    Value value = value(key);
    if (value == null || value.isNull()) {
      return value == null ? absent : null;
    }
    T read = value.readOrNull(how);
    return read == null ? absent : read;
  }

  boolean flag(String key, boolean absent) {
    return read(key, absent, value -> Words.either(value.text(), "false", "true"));
  }

  <E extends Enum<E>> E word(String key, E absent, Class<E> type) {
    return read(key, absent, value -> Words.parse(type, value.text()));
  }

  /** A list of words, none of them twice. */
  <E extends Enum<E>> List<E> words(String key, List<E> absent, Class<E> type) {
    return read(key, absent, value -> words(value, type));
  }

  /** As {@link #words}, for a list that may not be empty where it is written at all. */
  <E extends Enum<E>> List<E> someWords(String key, List<E> absent, String ifEmpty, Class<E> type) {
    return read(
        key,
        absent,
        value -> {
          if (value.isEmptyList()) {
            throw new IllegalArgumentException("is an empty list; " + ifEmpty);
          }
          return words(value, type);
        });
  }

  private static <E extends Enum<E>> List<E> words(Value value, Class<E> type) {
    List<E> words = value.list(item -> Words.parse(type, item.text()));
    words.stream()
        .filter(word -> words.indexOf(word) != words.lastIndexOf(word))
        .findFirst()
        .ifPresent(word -> value.wrong(Words.of(word) + " is in the list twice"));
    return words;
  }

  /** A list that may not be empty where it is written at all. */
  <T> List<T> some(String key, List<T> absent, String ifEmpty, Function<Value, T> how) {
    return read(
        key,
        absent,
        value -> {
          if (value.isEmptyList()) {
            throw new IllegalArgumentException("is an empty list; " + ifEmpty);
          }
          return value.list(how);
        });
  }

  int count(String key, int absent, int least, int most) {
    return read(key, absent, value -> count(value.text(), least, most));
  }

  static int count(String text, int least, int most) {
    if (!text.matches("-?[0-9]{1,18}")) {
      throw new IllegalArgumentException(
          "%s is not a whole number; %d to %d".formatted(Quote.of(text), least, most));
    }
    long number = Long.parseLong(text);
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          "%s is out of bounds; %d to %d".formatted(text, least, most));
    }
    return (int) number;
  }

  int octets(String key, int absent, int least, int most) {
    return read(
        key,
        absent,
        value -> {
          long octets = Quantities.octets(value.text());
          if (octets < least || octets > most) {
            throw outOfBounds(
                value, Quantities.octetsText(least) + " to " + Quantities.octetsText(most));
          }
          return (int) octets;
        });
  }

  Duration duration(String key, Duration absent, Duration least, Duration most) {
    return duration(key, absent, false, least, most);
  }

  /** As {@link #duration}; zero too, which stands for "never". */
  Duration durationOrZero(String key, Duration absent, Duration least, Duration most) {
    return duration(key, absent, true, least, most);
  }

  private Duration duration(
      String key, Duration absent, boolean zero, Duration least, Duration most) {
    return read(
        key,
        absent,
        value -> {
          Duration duration = Quantities.duration(value.text());
          boolean in = duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0;
          if (!in && !(zero && duration.isZero())) {
            String bounds = Quantities.text(least) + " to " + Quantities.text(most);
            throw outOfBounds(value, zero ? "0 (never), or " + bounds : bounds);
          }
          return duration;
        });
  }

  private static IllegalArgumentException outOfBounds(Value value, String bounds) {
    return new IllegalArgumentException(value.text() + " is out of bounds; " + bounds);
  }

  /** Every key that nobody asked for is a problem. */
  @Override
  public void close() {
    entries.forEach(
        (key, entry) -> {
          if (!known.contains(key)) {
            String meant = Words.meant(key, known);
            String advice =
                meant.isEmpty() ? "; the keys here are " + String.join(", ", known) : meant;
            problems.add(entry.getKeyNode(), path(key), "is not a key" + advice);
          }
        });
  }
}
