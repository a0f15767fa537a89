package dev.argyle.server.config;

import java.util.regex.Pattern;

/** Text from outside within a message or a file of ours. */
final class Quote {

  private static final int LONGEST_IN_A_MESSAGE = 120;

  /** Networks are keys too. */
  private static final Pattern PLAIN_KEY =
      Pattern.compile("[\\p{L}\\p{N}._:/-]{1," + LONGEST_IN_A_MESSAGE + "}");

  private Quote() {}

  /** For messages: in quotation marks, control characters escaped, cut when long. */
  static String of(String text) {
    return text.length() <= LONGEST_IN_A_MESSAGE
        ? yaml(text)
        : yaml(text.substring(0, LONGEST_IN_A_MESSAGE)) + "...";
  }

  /** A key in the path of a message: as it is if it is one word, otherwise as {@link #of}. */
  static String key(String text) {
    return PLAIN_KEY.matcher(text).matches() ? text : of(text);
  }

  /** A double-quoted scalar (YAML 1.2, section 7.3.1) that reads back as {@code text}. */
  static String yaml(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (isPlain(c) && !isHalf(text, i)) {
        quoted.append(c);
      } else {
        quoted.append("\\u%04x".formatted((int) c));
      }
    }
    return quoted.append('"').toString();
  }

  /** Whether it is half of a surrogate pair, without its other half. */
  private static boolean isHalf(String text, int at) {
    char c = text.charAt(at);
    return Character.isHighSurrogate(c)
        ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
        : Character.isLowSurrogate(c)
            && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }

  /** Printable, and no line break: YAML's c-printable without what editors hide. */
  private static boolean isPlain(char c) {
    return (c >= 0x20 && c < 0x7f)
        || (c >= 0xa0 && c != 0x2028 && c != 0x2029 && c != 0xfeff && c < 0xfffe);
  }
}
