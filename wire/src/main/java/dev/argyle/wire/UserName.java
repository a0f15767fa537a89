package dev.argyle.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A user's name: 1 to 255 octets, as RFC 1929 and the management protocols carry them. Immutable;
 * ordered by octets.
 *
 * <pre>
 *   LENGTH | NAME (1 to 255)
 * </pre>
 *
 * <p>Management requests take ASCII only; everywhere else a name may hold any octets, control
 * characters included.
 *
 * <p>Its text form is UTF-8 where the octets are UTF-8. An octet that is not part of valid UTF-8
 * becomes one of the lone surrogates U+DC80 to U+DCFF. So text is readable, and two different names
 * never have the same text: a rule that names a user means that user alone.
 */
public final class UserName implements Comparable<UserName> {

  /** RFC 1929, section 2: ULEN is one octet. */
  public static final int MAX_OCTETS = 255;

  private static final int ESCAPED = 0xDC00;

  private final byte[] octets;

  private UserName(byte[] octets) {
    this.octets = octets;
  }

  /** Whether these octets can be a name, or a password: the bounds are the same. */
  public static boolean fits(byte[] octets) {
    return octets.length >= 1 && octets.length <= MAX_OCTETS;
  }

  /**
   * A name from its octets, which are copied.
   *
   * @throws IllegalArgumentException unless they are 1 to 255
   */
  public static UserName of(byte[] octets) {
    if (!fits(octets)) {
      throw new IllegalArgumentException("a user name has 1 to 255 octets, not " + octets.length);
    }
    return new UserName(octets.clone());
  }

  /**
   * A name from its text form.
   *
   * @throws IllegalArgumentException unless its octets are 1 to 255, and for a surrogate that
   *     stands for no octet
   */
  public static UserName of(String text) {
    return of(octets(text));
  }

  /**
   * A name as a terminal or a file has it: {@code \xHH} stands for one octet, all else for itself.
   * Takes back what {@link #escaped()} gives.
   *
   * @param octets of the escaped form, in UTF-8 or not
   * @throws IllegalArgumentException unless the name's octets are 1 to 255
   */
  public static UserName ofEscaped(byte[] octets) {
    ByteBuffer name = ByteBuffer.allocate(octets.length);
    for (int i = 0; i < octets.length; i++) {
      int value = escapedAt(octets, i);
      name.put(value < 0 ? octets[i] : (byte) value);
      i += value < 0 ? 0 : 3;
    }
    return of(Arrays.copyOf(name.array(), name.position()));
  }

  private static int escapedAt(byte[] octets, int at) {
    if (at + 4 > octets.length || octets[at] != '\\' || octets[at + 1] != 'x') {
      return -1;
    }
    int high = Character.digit(octets[at + 2], 16);
    int low = Character.digit(octets[at + 3], 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** A copy of the octets. */
  public byte[] octets() {
    return octets.clone();
  }

  /** The text form: what rules compare and connections carry. */
  public String text() {
    return text(octets);
  }

  /** Whether a management request may carry it. */
  public boolean isAscii() {
    return Password.isAscii(octets);
  }

  /**
   * This name, for a management request.
   *
   * @throws IllegalArgumentException if it is not ASCII
   */
  public UserName requireAscii() {
    if (!isAscii()) {
      throw new IllegalArgumentException("a user name in a request is ASCII");
    }
    return this;
  }

  /** How many octets {@link #write} puts. */
  public int fieldLength() {
    return 1 + octets.length;
  }

  /** Puts the length octet and the name. */
  public void write(ByteBuffer out) {
    out.put((byte) octets.length).put(octets);
  }

  /**
   * Text for one line of a terminal or a file: a backslash, and whatever is not printable, is \xHH.
   */
  public String escaped() {
    StringBuilder line = new StringBuilder(octets.length);
    text()
        .codePoints()
        .forEach(
            point -> {
              if (point >= ESCAPED + 0x80 && point <= ESCAPED + 0xFF) {
                escape(line, new byte[] {(byte) (point - ESCAPED)});
              } else if (point == '\\' || !printable(point)) {
                escape(line, Character.toString(point).getBytes(StandardCharsets.UTF_8));
              } else {
                line.appendCodePoint(point);
              }
            });
    return line.toString();
  }

  private static boolean printable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  private static void escape(StringBuilder line, byte[] octets) {
    for (byte octet : octets) {
      line.append("\\x").append(HexFormat.of().withUpperCase().toHexDigits(octet));
    }
  }

  /** The text form of a name that came over the wire, of any length. */
  public static String text(byte[] octets) {
    for (byte octet : octets) {
      if (octet < 0) {
        return decoded(octets);
      }
    }
    return new String(octets, StandardCharsets.ISO_8859_1); // ASCII: nothing to decode
  }

  private static String decoded(byte[] octets) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports what is not UTF-8
    ByteBuffer in = ByteBuffer.wrap(octets);
    CharBuffer out = CharBuffer.allocate(octets.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        return out.flip().toString();
      }
      for (int i = result.length(); i > 0; i--) {
        out.put((char) (ESCAPED + (in.get() & 0xFF)));
      }
      decoder.reset();
    }
  }

  private static byte[] octets(String text) {
    ByteBuffer out = ByteBuffer.allocate(text.length() * 3);
    text.codePoints()
        .forEach(
            point -> {
              if (point >= ESCAPED + 0x80 && point <= ESCAPED + 0xFF) {
                out.put((byte) (point - ESCAPED));
              } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("a surrogate that stands for no octet");
              } else {
                out.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
              }
            });
    return Arrays.copyOf(out.array(), out.position());
  }

  @Override
  public int compareTo(UserName other) {
    return Arrays.compareUnsigned(octets, other.octets);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UserName name && Arrays.equals(octets, name.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /** As {@link #escaped()}: safe in a log. */
  @Override
  public String toString() {
    return escaped();
  }
}
