package dev.argyle.cli.migrate;

import java.util.List;
import java.util.Locale;

/** Values as YAML writes them. */
final class Yaml {

  private Yaml() {}

  static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f || c > 0x7e) {
        out.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  static String list(List<String> texts) {
    return "[" + String.join(", ", texts.stream().map(Yaml::quoted).toList()) + "]";
  }

  /** What a comment can hold: one line, printable. */
  static String comment(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("\\p{Cc}|\\p{Cf}|\\p{Cs}|\\p{Cn}", "?").strip();
  }
}
