package dev.argyle.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * What stands at one place of the file. Readers of scalars throw IllegalArgumentException with a
 * message for the operator; {@link #read} turns it into a problem at this place.
 *
 * @param key the path from the top, as in {@code rules[0].to[1]}
 */
record Value(Node node, String key, Problems problems) {

  private static final Set<Tag> SCALARS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  boolean isNull() {
    return node.getTag().equals(Tag.NULL);
  }

  /** The file, as it was named to us, and the line, from 1. */
  String place() {
    return problems.file() + ":" + (node.getStartMark().orElseThrow().getLine() + 1);
  }

  void wrong(String message) {
    problems.add(node, key, message);
  }

  /** What {@code how} makes of this value, or, with a problem recorded, {@code otherwise}. */
  <T> @Nullable T read(@Nullable T otherwise, Function<Value, T> how) {
    try {
      return how.apply(this);
    } catch (IllegalArgumentException wrong) {
      wrong(String.valueOf(wrong.getMessage()));
      return otherwise;
    }
  }

  /** The characters of a scalar as they are written, whatever YAML would make of them. */
  String text() {
    if (!(node instanceof ScalarNode scalar)) {
      throw new IllegalArgumentException("takes one value, not a list or a map");
    }
    if (isNull()) {
      throw new IllegalArgumentException("has no value; leave the key out for its default");
    }
    if (!SCALARS.contains(node.getTag())) {
      throw new IllegalArgumentException(
          "has a tag, " + Quote.of(node.getTag().getValue()) + "; take it out");
    }
    return scalar.getValue();
  }

  /** What {@code how} makes of each element of a list, without those that are wrong. */
  <T> List<T> list(Function<Value, T> how) {
    List<T> read = new ArrayList<>();
    for (Value element : elements()) {
      T item = element.read(null, how);
      if (item != null) {
        read.add(item);
      }
    }
    return read;
  }

  List<Value> elements() {
    if (!(node instanceof SequenceNode sequence)) {
      throw new IllegalArgumentException("takes a list, as in [a, b]");
    }
    List<Value> elements = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      elements.add(new Value(element, key + "[" + elements.size() + "]", problems));
    }
    return elements;
  }

  boolean isEmptyList() {
    return node instanceof SequenceNode sequence && sequence.getValue().isEmpty();
  }

  boolean isMap() {
    return node instanceof MappingNode;
  }
}
