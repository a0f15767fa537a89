package dev.argyle.wire;

import java.nio.ByteBuffer;

/**
 * A message, or a part of one, that knows its octets. Whatever the order of the buffer is set to,
 * integers are written as their protocol says: in network order.
 */
public interface Writable {

  /** How many octets {@link #write} puts. */
  int length();

  /**
   * Puts the message at the buffer's position, which is behind it afterwards.
   *
   * @throws java.nio.BufferOverflowException if fewer than {@link #length} octets are left
   */
  void write(ByteBuffer out);

  /** The message alone, in an array of its own. */
  default byte[] octets() {
    byte[] octets = new byte[length()];
    write(ByteBuffer.wrap(octets));
    return octets;
  }
}
