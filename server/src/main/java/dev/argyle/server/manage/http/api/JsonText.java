package dev.argyle.server.manage.http.api;

import dev.argyle.wire.UserName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Text of a peer as the API shows it: valid Unicode, whatever octets came. An octet that is not
 * part of UTF-8 is {@code \xNN}, as in the logs; everything else stands for itself. Pure.
 */
public final class JsonText {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** {@link UserName#text} has an octet that is no UTF-8 as this and its number. */
  private static final int OCTET = 0xDC00;

  private JsonText() {}

  /**
   * A text that may hold lone surrogates, such as {@link UserName#text}: what stands for an octet
   * is {@code \xNN}, any other {@code \}{@code uNNNN}. The same string if there is none.
   */
  public static String shown(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (Character.isSurrogate(text.charAt(at))) {
        return replaced(text);
      }
    }
    return text;
  }

  private static String replaced(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                out.appendCodePoint(point);
              } else if (point >= OCTET + 0x80 && point <= OCTET + 0xFF) {
                out.append("\\x").append(HEX.toHexDigits((byte) (point - OCTET)));
              } else {
                out.append("\\u").append(HEX.toHexDigits((char) point));
              }
            });
    return out.toString();
  }

  /** A host as a client wrote it, whose characters stand for one octet each. */
  public static String host(String latin1) {
    return shown(UserName.text(latin1.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** A host of a filter, in the form in which connections have it. */
  static String latin1(String host) {
    byte[] octets;
    try {
      octets = UserName.of(host).octets(); // which knows octets that are no UTF-8
    } catch (IllegalArgumentException tooLong) {
      octets = host.getBytes(StandardCharsets.UTF_8);
    }
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  /** Octets percent-encoded for a path; unreserved characters stand for themselves (RFC 3986). */
  static String pathSegment(byte[] octets) {
    StringBuilder out = new StringBuilder(octets.length);
    for (byte octet : octets) {
      char c = (char) (octet & 0xFF);
      if ((c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '-'
          || c == '_'
          || c == '~') {
        out.append(c);
      } else {
        out.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return out.toString();
  }
}
