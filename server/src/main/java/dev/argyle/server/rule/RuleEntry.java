package dev.argyle.server.rule;

import org.jspecify.annotations.Nullable;

/**
 * A rule as it is listed.
 *
 * @param number from 1, in the order in which they are asked; 0: a default
 * @param text as the configuration has it, or what the default says
 * @param place file and line, as in {@code argyle.yaml:21}; null: a default
 * @param shadowedBy the number of an earlier rule that decides about everything that this one is
 *     for, so that this one never does; 0: none is known
 */
public record RuleEntry(
    int number, String text, @Nullable String place, boolean allow, Hits hits, int shadowedBy) {

  /**
   * How often it has decided.
   *
   * @param all since the process began
   * @param day in the last 23 to 24 hours
   */
  public record Hits(long all, long day) {

    static final Hits NONE = new Hits(0, 0);
  }

  /** Whether it is no rule of the configuration but holds where none of them decides. */
  public boolean isDefault() {
    return number == 0;
  }
}
