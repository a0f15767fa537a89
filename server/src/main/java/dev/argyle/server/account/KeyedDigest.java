package dev.argyle.server.account;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * HMAC-SHA-256 with one key (RFC 2104). Written out, since {@code javax.crypto.Mac} sets up all of
 * the JDK's cryptography, with its elliptic curves and policies, which a start has no use for.
 * Shared by threads.
 */
final class KeyedDigest {

  private static final int BLOCK_OCTETS = 64;
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5c;

  // each has been fed its block of the key, and nothing is fed to it again: cloned by any thread
  private final MessageDigest inner;
  private final MessageDigest outer;

  /**
   * @param key 1 to 64 octets; not kept
   */
  KeyedDigest(byte[] key) {
    if (key.length == 0 || key.length > BLOCK_OCTETS) {
      throw new IllegalArgumentException("a key of " + key.length + " octets");
    }
    inner = fed(key, INNER);
    outer = fed(key, OUTER);
  }

  private static MessageDigest fed(byte[] key, byte padding) {
    byte[] block = Arrays.copyOf(key, BLOCK_OCTETS);
    for (int i = 0; i < block.length; i++) {
      block[i] ^= padding;
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(block);
      return digest;
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every JDK has SHA-256", absent);
    }
  }

  /** Takes a message: it is to be fed to what this returns, and that to {@link #end}. */
  MessageDigest begin() {
    return clone(inner);
  }

  /** The keyed digest of what was fed. */
  byte[] end(MessageDigest message) {
    MessageDigest digest = clone(outer);
    digest.update(message.digest());
    return digest.digest();
  }

  private static MessageDigest clone(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException never) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", never);
    }
  }
}
