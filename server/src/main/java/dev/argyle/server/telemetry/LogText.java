package dev.argyle.server.telemetry;

/**
 * Escapes foreign text for a log line, so that it stays within its field and its line, and cannot
 * move a terminal's cursor or reverse its text. Pure; any thread.
 *
 * <p>Backslash, tab and newline become {@code \\}, {@code \t}, {@code \n}. Every other character of
 * Unicode's control, format, line or paragraph separator, surrogate, private use and unassigned
 * categories becomes {@code \xNN} below 256 and {@code \\uNNNN} (a UTF-16 unit each) above.
 */
public final class LogText {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private LogText() {}

  /** The text, escaped; the same string if nothing had to be. */
  public static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    escape(text, out);
    return out.length() == text.length() ? text : out.toString();
  }

  /** Appends the text, escaped; the result has no character below space and no DEL. */
  public static void escape(CharSequence text, StringBuilder out) {
    escape(text, out, true);
  }

  /** As {@link #escape}, but keeps backslashes: for a text whose foreign parts are escaped. */
  public static void escapeTheRest(CharSequence text, StringBuilder out) {
    escape(text, out, false);
  }

  private static void escape(CharSequence text, StringBuilder out, boolean backslash) {
    int length = text.length();
    int at = 0;
    while (at < length) {
      char unit = text.charAt(at);
      if (unit >= ' ' && unit < 0x7F) {
        if (unit == '\\' && backslash) {
          out.append('\\');
        }
        out.append(unit);
        at++;
      } else {
        at += appendOther(text, at, out);
      }
    }
  }

  /** As {@link #escape}, and quotes become {@code \x22}: for text between quotes. */
  static void escapeQuoted(CharSequence text, StringBuilder out) {
    int begin = out.length();
    escape(text, out);
    for (int at = out.indexOf("\"", begin); at >= 0; at = out.indexOf("\"", at)) {
      out.replace(at, at + 1, "\\x22");
    }
  }

  private static int appendOther(CharSequence text, int at, StringBuilder out) {
    int point = Character.codePointAt(text, at);
    int units = Character.charCount(point);
    if (point == '\t') {
      out.append("\\t");
    } else if (point == '\n') {
      out.append("\\n");
    } else if (isHarmless(point)) {
      out.appendCodePoint(point);
    } else if (point < 0x100) {
      hex(point, 2, out.append("\\x"));
    } else {
      for (int i = 0; i < units; i++) {
        hex(text.charAt(at + i), 4, out.append("\\u"));
      }
    }
    return units;
  }

  private static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static void hex(int value, int digits, StringBuilder out) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      out.append(HEX[value >>> shift & 0xF]);
    }
  }

  /** A text of several lines, each indented, so that none looks like a log line of ours. */
  public static void escapeLines(String text, StringBuilder out) {
    text.lines()
        .forEach(
            line -> {
              escape(line.replace("\t", "  "), out.append("  "));
              out.append('\n');
            });
  }
}
