package dev.argyle.server.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as the configuration writes them. */
public final class Quantities {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(KiB|MiB|GiB)?");

  private Quantities() {}

  /**
   * Reads {@code 500ms}, {@code 90s}, {@code 2m}, {@code 1h}, {@code 1d}, or a plain {@code 0}.
   *
   * @throws IllegalArgumentException for anything else; its message says what would be right
   */
  public static Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not a duration; write it as 500ms, 90s, 2m, 1h or 1d");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** The duration in the largest unit that gives a whole number; milliseconds are the smallest. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0";
    }
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 != 0 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /**
   * Reads a size in octets: {@code 65536}, {@code 64KiB}, {@code 1MiB}, {@code 1GiB}.
   *
   * @throws IllegalArgumentException for anything else; its message says what would be right
   */
  public static long octets(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          Quote.of(text) + " is not a size; write it as 65536 (octets), 64KiB or 1MiB");
    }
    long amount = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "KiB" -> amount << 10;
      case "MiB" -> amount << 20;
      case "GiB" -> amount << 30;
      case null, default -> amount;
    };
  }

  /** The size in the largest unit that gives a whole number. */
  public static String octetsText(long octets) {
    if (octets == 0 || octets % 1024 != 0) {
      return Long.toString(octets);
    }
    return octets % (1 << 20) != 0 ? (octets >> 10) + "KiB" : (octets >> 20) + "MiB";
  }
}
