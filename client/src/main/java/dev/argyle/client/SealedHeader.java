package dev.argyle.client;

import com.sun.security.jgss.ExtendedGSSContext;
import com.sun.security.jgss.InquireType;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;

/**
 * Compares an encrypted token's header with the copy inside (RFC 4121, section 4.2.4). Whoever
 * decrypts has to: the outer one is in the clear, and nothing else says that its number is the
 * server's. Java's library leaves it out (seen in 25), so that a message could be repeated or moved
 * under another number.
 *
 * <p>Only the end of the token is decrypted for it, 32 to 47 octets, with the acceptor's key, which
 * is derived once. One thread at a time. The server has the same for its way.
 */
final class SealedHeader {

  static final int OCTETS = 16;

  private static final int BLOCK = 16;
  private static final int ROTATION_AT = 6;

  /** Usage 22, a wrap by the acceptor, and AA for encryption. */
  private static final byte[] USAGE = {0, 0, 0, 22, (byte) 0xAA};

  /** The same, folded to 128 bits (RFC 3961, section 5.1). */
  private static final byte[] FOLDED_USAGE =
      HexFormat.of().parseHex("560080c05560555cd66ab55aaa82d6ab");

  private final Cipher cipher;
  private final SecretKeySpec key;
  private final int checksumOctets;

  private SealedHeader(SecretKeySpec key, int checksumOctets) throws GeneralSecurityException {
    this.cipher = Cipher.getInstance("AES/CTS/NoPadding");
    this.key = key;
    this.checksumOctets = checksumOctets;
  }

  /** For an established context of one of the AES types. */
  static SealedHeader of(GSSContext context) throws GSSException {
    try {
      if (context instanceof ExtendedGSSContext extended
          && extended.inquireSecContext(InquireType.KRB5_GET_SESSION_KEY_EX) instanceof Key base) {
        return of(base.getEncoded(), type(base));
      }
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("Java has no AES or no HMAC", missing);
    }
    throw new IllegalStateException("Java does not tell the context's key");
  }

  private static int type(Key base) {
    return base instanceof javax.security.auth.kerberos.EncryptionKey typed
        ? typed.getKeyType()
        : 0;
  }

  private static SealedHeader of(byte[] base, int type) throws GeneralSecurityException {
    return switch (type) {
      case 17, 18 -> new SealedHeader(derived(base), 12);
      case 19 -> new SealedHeader(derived("HmacSHA256", base, 16), 16);
      case 20 -> new SealedHeader(derived("HmacSHA384", base, 32), 24);
      default -> throw new IllegalStateException("no encryption type of AES: " + type);
    };
  }

  /** RFC 3961, section 5.3: blocks of the key's length, each encrypted from the last. */
  private static SecretKeySpec derived(byte[] base) throws GeneralSecurityException {
    Cipher blocks = Cipher.getInstance("AES/ECB/NoPadding");
    blocks.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(base, "AES"));
    byte[] derived = new byte[base.length];
    byte[] block = FOLDED_USAGE;
    for (int at = 0; at < derived.length; at += BLOCK) {
      block = blocks.doFinal(block);
      System.arraycopy(block, 0, derived, at, BLOCK);
    }
    return new SecretKeySpec(derived, "AES");
  }

  /** RFC 8009, section 3. */
  private static SecretKeySpec derived(String algorithm, byte[] base, int octets)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(base, algorithm));
    mac.update(new byte[] {0, 0, 0, 1});
    mac.update(USAGE);
    mac.update(new byte[] {0, 0, 0, (byte) (octets * 8 >> 8), (byte) (octets * 8)});
    return new SecretKeySpec(Arrays.copyOf(mac.doFinal(), octets), "AES");
  }

  /** Whether a token has such a header: those of all AES types do. */
  static boolean isExpectedIn(byte[] token) {
    return token.length >= OCTETS && token[0] == 0x05 && token[1] == 0x04;
  }

  /** Whether the header of a token, which was unwrapped and found right, is the one inside. */
  boolean isIn(byte[] token) {
    int length = token.length - OCTETS;
    int encrypted = length - checksumOctets;
    if (encrypted < 2 * BLOCK) {
      return false;
    }
    int rotation = (Byte.toUnsignedInt(token[ROTATION_AT]) << 8 | token[ROTATION_AT + 1] & 0xFF);
    int start = (encrypted - 2 * BLOCK) / BLOCK * BLOCK;
    byte[] before = start == 0 ? new byte[BLOCK] : turned(token, rotation, start - BLOCK, BLOCK);
    byte[] end = turned(token, rotation, start, encrypted - start);
    byte[] plain;
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(before));
      plain = cipher.doFinal(end);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
    int inside = plain.length - OCTETS;
    // Between them the rotation stands, which is the way's, and zero inside (section 4.2.5).
    return Arrays.equals(token, 0, ROTATION_AT, plain, inside, inside + ROTATION_AT)
        && Arrays.equals(
            token, ROTATION_AT + 2, OCTETS, plain, inside + ROTATION_AT + 2, plain.length);
  }

  /** Octets behind the header, as they were before they were rotated (section 4.2.5). */
  private static byte[] turned(byte[] token, int rotation, int from, int octets) {
    int length = token.length - OCTETS;
    byte[] turned = new byte[octets];
    for (int i = 0; i < octets; i++) {
      turned[i] = token[OCTETS + (from + i + rotation) % length];
    }
    return turned;
  }
}
