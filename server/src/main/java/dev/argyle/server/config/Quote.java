package dev.argyle.server.config;

/** Text from outside within a message or a file of ours. */
final class Quote {

  private static final int LONGEST_IN_A_MESSAGE = 120;

  private Quote() {}

  /** For messages: in quotation marks, control characters escaped, cut when long. */
  static String of(String text) {
    return text.length() <= LONGEST_IN_A_MESSAGE
        ? yaml(text)
        : yaml(text.substring(0, LONGEST_IN_A_MESSAGE)) + "...";
  }

  /** A double-quoted scalar (YAML 1.2, section 7.3.1) that reads back as {@code text}. */
  static String yaml(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (isPlain(c)) {
        quoted.append(c);
      } else {
        quoted.append("\\u%04x".formatted((int) c));
      }
    }
    return quoted.append('"').toString();
  }

  /** Printable, and no line break: YAML's c-printable without what editors hide. */
  private static boolean isPlain(char c) {
    return (c >= 0x20 && c < 0x7f)
        || (c >= 0xa0 && c != 0x2028 && c != 0x2029 && c != 0xfeff && c < 0xfffe);
  }
}
