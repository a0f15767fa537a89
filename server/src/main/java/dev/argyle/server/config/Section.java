package dev.argyle.server.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A map of the file. Each key that was asked for is known, and the others can be refused. */
final class Section {

  private final String path;
  private final Problems problems;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();

  /** The keys that were asked for; null: the key of a value, otherwise the section that it is. */
  private final Map<String, @Nullable Section> known = new LinkedHashMap<>();

  /** A section at {@code path}; empty where {@code value} is null. */
  Section(@Nullable Value value, String path, Problems problems) {
    this.path = path;
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
      problems.add(
          key, path(Quote.key(scalar.getValue())), "is here twice; the first is in line " + line);
    }
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /**
   * The value at a path below this section, as {@code udp.ports}; null if it is not in the file.
   */
  @Nullable Value value(String below) {
    int dot = below.indexOf('.');
    if (dot < 0) {
      known.put(below, null);
      return entry(below);
    }
    String name = below.substring(0, dot);
    Section section = known.get(name);
    if (section == null) {
      section = new Section(entry(name), path(name), problems);
      known.put(name, section);
    }
    return section.value(below.substring(dot + 1));
  }

  private @Nullable Value entry(String key) {
    NodeTuple entry = entries.get(key);
    return entry == null ? null : new Value(entry.getValueNode(), path(key), problems);
  }

  /** All keys and values of a map whose keys are not known beforehand, in the order of the file. */
  void forEach(BiConsumer<Value, Value> consumer) {
    entries.forEach(
        (key, entry) ->
            consumer.accept(
                new Value(entry.getKeyNode(), path(Quote.key(key)), problems),
                new Value(entry.getValueNode(), path(Quote.key(key)), problems)));
  }

  /** Makes a problem of each key, here and in the sections within, that nobody asked for. */
  void refuseUnknownKeys() {
    entries.forEach(
        (key, entry) -> {
          if (!known.containsKey(key)) {
            String meant = Words.meant(key, known.keySet());
            String advice =
                meant.isEmpty()
                    ? "; the keys here are " + String.join(", ", known.keySet())
                    : meant;
            problems.add(entry.getKeyNode(), path(Quote.key(key)), "is not a key" + advice);
          }
        });
    known.values().stream().filter(section -> section != null).forEach(Section::refuseUnknownKeys);
  }
}
