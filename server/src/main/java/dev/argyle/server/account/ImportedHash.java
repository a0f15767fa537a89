package dev.argyle.server.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Remembers an imported hash that was replaced by one of ours when its user logged in, so that the
 * same file can be imported again: by its SHA-256. Nobody can verify a password by that, as the
 * salt is in what was digested.
 */
final class ImportedHash {

  private ImportedHash() {}

  /** 64 hexadecimal digits. */
  static String digest(String phc) {
    try {
      byte[] octets = phc.getBytes(StandardCharsets.US_ASCII);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every JDK has SHA-256", absent);
    }
  }
}
