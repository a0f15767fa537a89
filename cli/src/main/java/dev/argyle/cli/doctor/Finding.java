package dev.argyle.cli.doctor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was found out about one thing.
 *
 * @param check what was looked at, in a word
 * @param words what is the case
 * @param advice what to do; null: nothing
 */
public record Finding(Level level, String check, String words, @Nullable String advice) {

  /** How bad it is. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It works, but not as well as it could, or not for long. */
    WARN,
    /** A server does not start, or does not serve. */
    FAIL;

    /** As it is printed. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
