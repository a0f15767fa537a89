package dev.argyle.server.udp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Octets as the key of a map: an immutable copy, or one that is set anew for each look-up, which
 * then makes no object.
 */
final class Octets {

  private byte[] octets;
  private int length;
  private int hash;

  /** A key for look-ups. */
  Octets(int most) {
    octets = new byte[most];
  }

  private Octets(byte[] octets, int hash) {
    this.octets = octets;
    this.length = octets.length;
    this.hash = hash;
  }

  Octets set(ByteBuffer in, int at, int count) {
    in.get(at, octets, 0, count);
    length = count;
    int sum = 1;
    for (int i = 0; i < count; i++) {
      sum = 31 * sum + octets[i];
    }
    hash = sum;
    return this;
  }

  /** An immutable copy. */
  Octets copy() {
    return new Octets(Arrays.copyOf(octets, length), hash);
  }

  boolean isAt(ByteBuffer in, int at, int count) {
    if (count != length) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (in.get(at + i) != octets[i]) {
        return false;
      }
    }
    return true;
  }

  ByteBuffer view() {
    return ByteBuffer.wrap(octets, 0, length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Octets that
        && hash == that.hash
        && Arrays.equals(octets, 0, length, that.octets, 0, that.length);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
