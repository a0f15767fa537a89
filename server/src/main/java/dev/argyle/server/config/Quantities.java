package dev.argyle.server.config;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as the configuration writes them. */
public final class Quantities {

  /** A unit and what it is in the smallest one. */
  private record Unit(String name, long size) {}

  private static final List<Unit> MILLIS =
      List.of(
          new Unit("d", 86_400_000),
          new Unit("h", 3_600_000),
          new Unit("m", 60_000),
          new Unit("s", 1000),
          new Unit("ms", 1));
  private static final List<Unit> OCTETS =
      List.of(
          new Unit("GiB", 1 << 30),
          new Unit("MiB", 1 << 20),
          new Unit("KiB", 1 << 10),
          new Unit("", 1));

  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,12})([A-Za-z]*)");

  private Quantities() {}

  /**
   * Reads {@code 500ms}, {@code 90s}, {@code 2m}, {@code 1h}, {@code 1d}, or a plain {@code 0}.
   *
   * @throws IllegalArgumentException for anything else; its message says what would be right
   */
  public static Duration duration(String text) {
    return text.equals("0")
        ? Duration.ZERO
        : Duration.ofMillis(read(text, MILLIS, "a duration; write it as 500ms, 90s, 2m, 1h or 1d"));
  }

  /**
   * Reads a size in octets: {@code 65536}, {@code 64KiB}, {@code 1MiB}, {@code 1GiB}.
   *
   * @throws IllegalArgumentException for anything else; its message says what would be right
   */
  public static long octets(String text) {
    return read(text, OCTETS, "a size; write it as 65536 (octets), 64KiB or 1MiB");
  }

  private static long read(String text, List<Unit> units, String advice) {
    Matcher matcher = QUANTITY.matcher(text);
    for (Unit unit : units) {
      if (matcher.matches() && matcher.group(2).equals(unit.name)) {
        long amount = Long.parseLong(matcher.group(1));
        return amount > Long.MAX_VALUE / unit.size ? Long.MAX_VALUE : amount * unit.size;
      }
    }
    throw new IllegalArgumentException(Quote.of(text) + " is not " + advice);
  }

  /** The duration in the largest unit that gives a whole number; milliseconds are the smallest. */
  public static String text(Duration duration) {
    return text(duration.toMillis(), MILLIS);
  }

  /** The size in the largest unit that gives a whole number. */
  public static String octetsText(long octets) {
    return text(octets, OCTETS);
  }

  private static String text(long amount, List<Unit> units) {
    for (Unit unit : units) {
      if (amount != 0 && amount % unit.size == 0) {
        return amount / unit.size + unit.name;
      }
    }
    return "0";
  }
}
