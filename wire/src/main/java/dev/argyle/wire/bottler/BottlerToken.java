package dev.argyle.wire.bottler;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What every datagram to the server begins with (Bottler, section 2), 9 octets.
 *
 * <pre>
 *   VER 01 | TOKEN (8) | a request
 * </pre>
 *
 * <p>Tokens are compared in constant time.
 */
public final class BottlerToken implements Writable {

  /** How many octets a token has; it is written as twice as many hexadecimal digits. */
  public static final int OCTETS = 8;

  private static final int VERSION = 0x01;
  private static final int MIN_DATAGRAM_OCTETS = 1 + OCTETS + 1; // with CMD

  private final byte[] octets;

  private BottlerToken(byte[] octets) {
    this.octets = octets;
  }

  /**
   * The token with these octets, which are copied.
   *
   * @throws IllegalArgumentException if they are not 8
   */
  public static BottlerToken of(byte[] octets) {
    if (octets.length != OCTETS) {
      throw new IllegalArgumentException("a token has 8 octets, not " + octets.length);
    }
    return new BottlerToken(octets.clone());
  }

  /**
   * The token with these 16 hexadecimal digits, of either case.
   *
   * @throws IllegalArgumentException if they are not that
   */
  public static BottlerToken ofHex(String digits) {
    if (digits.length() != 2 * OCTETS) {
      throw new IllegalArgumentException("a token has 16 hexadecimal digits");
    }
    try {
      return new BottlerToken(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException notHex) {
      // The cause would show a secret's digit.
      throw new IllegalArgumentException("a token has 16 hexadecimal digits");
    }
  }

  /** 16 hexadecimal digits, the secret itself. */
  public String hex() {
    return HexFormat.of().withUpperCase().formatHex(octets);
  }

  /**
   * Reads the token of a request. On Message the position is at CMD, otherwise it has not moved.
   *
   * @param in a whole datagram; not kept
   * @return Malformed without an answer for fewer than 10 octets or another version
   */
  public static Decoded<BottlerToken, Void> read(ByteBuffer in) {
    int start = in.position();
    if (in.remaining() < MIN_DATAGRAM_OCTETS) {
      return new Decoded.Malformed<>(null, "fewer than 10 octets");
    }
    if (in.get(start) != VERSION) {
      return new Decoded.Malformed<>(null, "VER is not 01");
    }
    byte[] octets = new byte[OCTETS];
    in.position(start + 1).get(octets);
    return new Decoded.Message<>(new BottlerToken(octets));
  }

  @Override
  public int length() {
    return 1 + OCTETS;
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) VERSION).put(octets);
  }

  /** In constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof BottlerToken that && MessageDigest.isEqual(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  /** Not the token. */
  @Override
  public String toString() {
    return "BottlerToken[********]";
  }
}
