package dev.argyle.server.config;

import java.util.List;
import java.util.Set;

/**
 * What a configuration does not say by its values.
 *
 * @param keys those that the file has, by path: what is asked for, and not a default
 * @param warnings what is allowed, but seldom meant; in the order of the file
 */
public record Given(Set<String> keys, List<ConfigProblem> warnings) {

  public Given {
    keys = Set.copyOf(keys);
    warnings = List.copyOf(warnings);
  }

  /** Whether the file asks for it, even if with the default. */
  public boolean asksFor(String key) {
    return keys.contains(key);
  }
}
