package dev.argyle.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A user's name in the management protocols.
 *
 * <pre>
 *   LENGTH | NAME (1 to 255)
 * </pre>
 *
 * <p>Requests take ASCII only. Replies tell of users who came in elsewhere, so they may hold any
 * octets, control characters included: escape before showing.
 *
 * @param octetsAsLatin1 1 to 255 characters up to U+00FF, each standing for the octet of its number
 */
public record UserName(String octetsAsLatin1) implements Writable, Comparable<UserName> {

  /** What fits in the length octet. */
  public static final int MAX_OCTETS = 255;

  public UserName {
    if (octetsAsLatin1.isEmpty() || octetsAsLatin1.length() > MAX_OCTETS) {
      throw new IllegalArgumentException(
          "a user name has 1 to 255 octets, not " + octetsAsLatin1.length());
    }
    if (octetsAsLatin1.chars().anyMatch(character -> character > 0xFF)) {
      throw new IllegalArgumentException("a user name's characters stand for octets");
    }
  }

  /** Whether a request may carry it. */
  public boolean isAscii() {
    return octetsAsLatin1.chars().allMatch(character -> character < 0x80);
  }

  /**
   * This name, for a request.
   *
   * @throws IllegalArgumentException if it is not ASCII
   */
  public UserName requireAscii() {
    if (!isAscii()) {
      throw new IllegalArgumentException("a user name in a request is ASCII");
    }
    return this;
  }

  /** By octets, the order of every list. */
  @Override
  public int compareTo(UserName other) {
    return octetsAsLatin1.compareTo(other.octetsAsLatin1);
  }

  @Override
  public int length() {
    return 1 + octetsAsLatin1.length();
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) octetsAsLatin1.length())
        .put(octetsAsLatin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public String toString() {
    return octetsAsLatin1;
  }
}
