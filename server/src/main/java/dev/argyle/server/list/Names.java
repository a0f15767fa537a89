package dev.argyle.server.list;

import java.net.IDN;
import org.jspecify.annotations.Nullable;

/** Host names as rules compare them. */
final class Names {

  private static final int MAX_NAME = 253;
  private static final int MAX_LABEL = 63;
  private static final int MOST_SHOWN = 80;

  private Names() {}

  /**
   * A name in lower case and ASCII (RFC 3490 where it was not), without a trailing dot. Labels may
   * have hyphens and underscores anywhere, as some in block lists do.
   *
   * @return null if the text is no host name, or would be an address
   */
  static @Nullable String plain(String text) {
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (!isAscii(name)) {
      try {
        name = IDN.toASCII(name);
      } catch (IllegalArgumentException notAName) {
        return null;
      }
    }
    if (name.isEmpty() || name.length() > MAX_NAME) {
      return null;
    }
    char[] plain = name.toCharArray();
    int label = 0;
    boolean digits = true; // the last label: a number there would be an address
    for (int i = 0; i < plain.length; i++) {
      char c = plain[i];
      if (c >= 'A' && c <= 'Z') {
        c += 'a' - 'A';
        plain[i] = c;
      }
      if (c == '.') {
        if (label == 0) {
          return null;
        }
        label = 0;
        digits = true;
      } else {
        boolean digit = c >= '0' && c <= '9';
        boolean good = digit || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
        if (!good || ++label > MAX_LABEL) {
          return null;
        }
        digits &= digit;
      }
    }
    return label == 0 || digits ? null : new String(plain);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /**
   * For a message: in quotation marks, cut when long, without characters that a log cannot have.
   */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), MOST_SHOWN); i++) {
      char c = text.charAt(i);
      shown.append(c < 0x20 || c >= 0x7f || c == '"' ? '?' : c);
    }
    return shown.append(text.length() > MOST_SHOWN ? "...\"" : "\"").toString();
  }
}
