package dev.argyle.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A password in a management request: ASCII.
 *
 * <pre>
 *   LENGTH | PASSWORD (1 to 255)
 * </pre>
 *
 * @param value 1 to 255 octets, none above 7F; not copied, so that there is one array to overwrite
 *     for whoever is done with it
 */
@SuppressWarnings("ArrayRecordComponent") // see above; equals looks into it
public record Password(byte[] value) implements Writable {

  /** What fits in the length octet. */
  public static final int MAX_OCTETS = 255;

  public Password {
    if (value.length == 0 || value.length > MAX_OCTETS) {
      throw new IllegalArgumentException("a password has 1 to 255 octets, not " + value.length);
    }
    if (!isAscii(value)) {
      throw new IllegalArgumentException("a password in a request is ASCII");
    }
  }

  public static boolean isAscii(byte[] octets) {
    for (byte octet : octets) {
      if (octet < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int length() {
    return 1 + value.length;
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) value.length).put(value);
  }

  /** For tests and sets; passwords are verified elsewhere, in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Password that && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  /** Neither the password nor its length. */
  @Override
  public String toString() {
    return "********";
  }
}
