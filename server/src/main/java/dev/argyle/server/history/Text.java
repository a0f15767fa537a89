package dev.argyle.server.history;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of variable length and text, as entries have them. Text is UTF-8 of each UTF-16 unit
 * alone, so that the lone surrogates that stand for foreign octets come back; its length stands in
 * front, plus one, and 0 for null. Pure.
 */
final class Text {

  /** Octets of a UTF-16 unit, at most. */
  static final int WIDEST = 3;

  /** Octets of a number, at most. */
  static final int LONGEST_NUMBER = 9;

  private Text() {}

  /** Seven bits an octet, the lowest first; a negative number as 0. */
  static void putNumber(long number, ByteBuffer out) {
    long rest = Math.max(number, 0);
    while (rest > 0x7F) {
      out.put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /**
   * Puts a text.
   *
   * @param most UTF-16 units; what is longer is cut
   */
  static void put(@Nullable String text, int most, ByteBuffer out) {
    if (text == null) {
      out.put((byte) 0);
      return;
    }
    int units = Math.min(text.length(), most);
    putNumber(octets(text, units) + 1, out);
    for (int i = 0; i < units; i++) {
      char unit = text.charAt(i);
      if (unit < 0x80) {
        out.put((byte) unit);
      } else if (unit < 0x800) {
        out.put((byte) (0xC0 | unit >> 6)).put((byte) (0x80 | unit & 0x3F));
      } else {
        out.put((byte) (0xE0 | unit >> 12))
            .put((byte) (0x80 | unit >> 6 & 0x3F))
            .put((byte) (0x80 | unit & 0x3F));
      }
    }
  }

  private static int octets(String text, int units) {
    int octets = units;
    for (int i = 0; i < units; i++) {
      char unit = text.charAt(i);
      octets += unit < 0x80 ? 0 : unit < 0x800 ? 1 : 2;
    }
    return octets;
  }

  /** The octets that {@link #put} writes behind the length. */
  static byte[] encoded(String text) {
    ByteBuffer out = ByteBuffer.allocate(LONGEST_NUMBER + text.length() * WIDEST);
    put(text, text.length(), out);
    int length = octets(text, text.length());
    return Arrays.copyOfRange(out.array(), out.position() - length, out.position());
  }

  /** Reads what {@link #put} has written, without the length; malformed octets give some text. */
  static String decoded(byte[] octets, int from, int length) {
    char[] text = new char[length];
    int units = 0;
    int at = from;
    int end = from + length;
    while (at < end) {
      int first = octets[at++] & 0xFF;
      if (first < 0xC0 || at == end) {
        text[units++] = (char) first;
      } else if (first < 0xE0 || at + 1 == end) {
        text[units++] = (char) ((first & 0x1F) << 6 | octets[at++] & 0x3F);
      } else {
        text[units++] =
            (char) ((first & 0x0F) << 12 | (octets[at++] & 0x3F) << 6 | octets[at++] & 0x3F);
      }
    }
    return new String(text, 0, units);
  }
}
