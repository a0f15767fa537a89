package dev.argyle.server.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * What one figure is called: a family, and if the family has several figures, what tells this one
 * from the others. Immutable. Label values are words of ours, never of a peer: nobody can make a
 * series.
 *
 * @param family lower case letters, digits and underscores, without the prefix {@code argyle_}
 * @param label null: the family has this figure alone
 * @param value of the label; null without one
 */
public record Series(String family, @Nullable String label, @Nullable String value) {

  public Series {
    if ((label == null) != (value == null)) {
      throw new IllegalArgumentException(family + ": a label has a value");
    }
  }

  /** As {@code /metrics} writes it, with this behind the name of the family. */
  String written(String suffix) {
    String name = "argyle_" + family + suffix;
    return label == null ? name : name + "{" + label + "=\"" + value + "\"}";
  }
}
