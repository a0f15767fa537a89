package dev.argyle.cli.top;

import dev.argyle.server.telemetry.LogText;
import java.util.Locale;
import org.jline.utils.WCWidth;

/** How figures and foreign text are written on a screen. Pure. */
final class Words {

  private static final String[] UNITS = {"B", "K", "M", "G", "T", "P", "E"};
  private static final int SECONDS_OF_MINUTE = 60;
  private static final int SECONDS_OF_HOUR = 3_600;
  private static final int SECONDS_OF_DAY = 86_400;

  private Words() {}

  /** Five characters at most: {@code 999}, {@code 1.5K}, {@code 120M}. */
  static String size(long octets) {
    double amount = octets;
    int unit = 0;
    while (amount >= 1_000 && unit < UNITS.length - 1) {
      amount /= 1_024;
      unit++;
    }
    if (unit == 0) {
      return octets + UNITS[0];
    }
    return String.format(Locale.ROOT, amount < 10 ? "%.1f%s" : "%.0f%s", amount, UNITS[unit]);
  }

  /** {@code 12s}, {@code 3m05s}, {@code 2h10m}, {@code 3d04h}. */
  static String age(long millis) {
    long seconds = Math.max(0, millis / 1_000);
    if (seconds < SECONDS_OF_MINUTE) {
      return seconds + "s";
    }
    if (seconds < SECONDS_OF_HOUR) {
      return two(seconds / SECONDS_OF_MINUTE, "m", seconds % SECONDS_OF_MINUTE, "s");
    }
    if (seconds < SECONDS_OF_DAY) {
      return two(
          seconds / SECONDS_OF_HOUR, "h", seconds % SECONDS_OF_HOUR / SECONDS_OF_MINUTE, "m");
    }
    return two(seconds / SECONDS_OF_DAY, "d", seconds % SECONDS_OF_DAY / SECONDS_OF_HOUR, "h");
  }

  private static String two(long first, String unit, long second, String nextUnit) {
    return String.format(Locale.ROOT, "%d%s%02d%s", first, unit, second, nextUnit);
  }

  /** Foreign text that moves no cursor, in so many columns exactly. */
  static String fitted(String text, int columns, boolean right) {
    String shown = cut(LogText.escaped(text), columns);
    String padding = " ".repeat(Math.max(0, columns - columns(shown)));
    return right ? padding + shown : shown + padding;
  }

  /** What of a text fits in so many columns; what does not ends in {@code ~}. */
  static String cut(String text, int columns) {
    if (columns(text) <= columns) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    int used = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int width = Math.max(0, WCWidth.wcwidth(point));
      if (used + width > columns - 1) {
        break;
      }
      shown.appendCodePoint(point);
      used += width;
      at += Character.charCount(point);
    }
    return columns <= 0 ? "" : shown.append('~').toString();
  }

  /** How many columns a terminal needs for it. */
  static int columns(String text) {
    return text.codePoints().map(point -> Math.max(0, WCWidth.wcwidth(point))).sum();
  }
}
