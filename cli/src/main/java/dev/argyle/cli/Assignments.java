package dev.argyle.cli;

import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.OwnAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code KEY=VALUE} on the command line: what is to become of a user's plan and limits. */
final class Assignments {

  private Assignments() {}

  /**
   * The values by name; null for {@code KEY=}, which takes the user's own value away.
   *
   * @throws IllegalArgumentException if one of them is none, with words for the operator
   */
  static SortedMap<String, @Nullable String> read(List<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException(
          "KEY=VALUE is missing; the keys are " + String.join(", ", keys()));
    }
    SortedMap<String, @Nullable String> values = new TreeMap<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "\"" + word + "\" is not KEY=VALUE, as connections=5 is; KEY= takes a value away");
      }
      String key = word.substring(0, equals);
      String value = word.substring(equals + 1);
      if (values.containsKey(key)) {
        throw new IllegalArgumentException(key + ": is there twice");
      }
      values.put(key, value.isEmpty() ? null : value);
    }
    OwnAttributes.NONE.with(values); // before anything is asked of a server or a disk
    return values;
  }

  /** The plan, and every attribute. */
  static List<String> keys() {
    List<String> keys = new ArrayList<>(List.of(OwnAttributes.PLAN));
    keys.addAll(Attributes.names());
    return keys;
  }

  /** Rows for people, in the order of the manual. */
  static List<List<String>> rows(Map<String, String> values) {
    List<String> keys = keys();
    return values.entrySet().stream()
        .sorted(Comparator.comparingInt(one -> keys.indexOf(one.getKey())))
        .map(one -> List.of(one.getKey(), one.getValue()))
        .toList();
  }
}
