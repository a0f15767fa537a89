package dev.argyle.wire.gssapi;

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
 * decrypts must do so: the outer header is in the clear, and only the copy proves that its sequence
 * number is the sender's. Java's library does not compare them (seen in 25), so a message could be
 * repeated or moved under another number.
 *
 * <p>Only the end of the token is decrypted, 32 to 47 octets, with the sender's key, which is
 * derived once. One thread at a time.
 */
public final class SealedHeader {

  private static final int OCTETS = 16;

  private static final int BLOCK = 16;
  private static final int ROTATION_AT = 6;

  /** Who wrapped the tokens. */
  enum Sender {
    /** The client. */
    INITIATOR(24, "6608040275715665da6cb65b2a8316cb"),
    /** The server. */
    ACCEPTOR(22, "560080c05560555cd66ab55aaa82d6ab");

    /** The key usage (RFC 4121, section 2), and AA for encryption. */
    private final byte[] usage;

    /** The same, folded to 128 bits (RFC 3961, section 5.1). */
    private final byte[] foldedUsage;

    Sender(int usage, String foldedUsage) {
      this.usage = new byte[] {0, 0, 0, (byte) usage, (byte) 0xAA};
      this.foldedUsage = HexFormat.of().parseHex(foldedUsage);
    }
  }

  private final Cipher cipher;
  private final SecretKeySpec key;
  private final int checksumOctets;

  private SealedHeader(SecretKeySpec key, int checksumOctets) throws GeneralSecurityException {
    this.cipher = Cipher.getInstance("AES/CTS/NoPadding");
    this.key = key;
    this.checksumOctets = checksumOctets;
  }

  /** Of the tokens that the client wraps, in an established context of one of the AES types. */
  public static SealedHeader ofInitiator(GSSContext context) throws GSSException {
    return of(context, Sender.INITIATOR);
  }

  /** Of the tokens that the server wraps, in an established context of one of the AES types. */
  public static SealedHeader ofAcceptor(GSSContext context) throws GSSException {
    return of(context, Sender.ACCEPTOR);
  }

  private static SealedHeader of(GSSContext context, Sender sender) throws GSSException {
    try {
      if (context instanceof ExtendedGSSContext extended
          && extended.inquireSecContext(InquireType.KRB5_GET_SESSION_KEY_EX) instanceof Key base) {
        return of(base.getEncoded(), type(base), sender);
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

  /**
   * For a session key.
   *
   * @param type its encryption type: 17 and 18 (RFC 3962), 19 and 20 (RFC 8009)
   */
  static SealedHeader of(byte[] base, int type, Sender sender) throws GeneralSecurityException {
    return switch (type) {
      case 17, 18 -> new SealedHeader(derived(base, sender.foldedUsage), 12);
      case 19 -> new SealedHeader(derived("HmacSHA256", base, sender.usage, 16), 16);
      case 20 -> new SealedHeader(derived("HmacSHA384", base, sender.usage, 32), 24);
      default -> throw new IllegalStateException("no encryption type of AES: " + type);
    };
  }

  /** RFC 3961, section 5.3: blocks of the key's length, each encrypted from the last. */
  private static SecretKeySpec derived(byte[] base, byte[] foldedUsage)
      throws GeneralSecurityException {
    Cipher blocks = Cipher.getInstance("AES/ECB/NoPadding");
    blocks.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(base, "AES"));
    byte[] derived = new byte[base.length];
    byte[] block = foldedUsage;
    for (int at = 0; at < derived.length; at += BLOCK) {
      block = blocks.doFinal(block);
      System.arraycopy(block, 0, derived, at, BLOCK);
    }
    return new SecretKeySpec(derived, "AES");
  }

  /** RFC 8009, section 3. */
  private static SecretKeySpec derived(String algorithm, byte[] base, byte[] usage, int octets)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(base, algorithm));
    mac.update(new byte[] {0, 0, 0, 1});
    mac.update(usage);
    mac.update(new byte[] {0, 0, 0, (byte) (octets * 8 >> 8), (byte) (octets * 8)});
    return new SecretKeySpec(Arrays.copyOf(mac.doFinal(), octets), "AES");
  }

  /** Whether a token has such a header (RFC 4121), as those of all AES types do. */
  public static boolean isExpectedIn(byte[] token) {
    return token.length >= OCTETS && token[0] == 0x05 && token[1] == 0x04;
  }

  /** Whether the header of a token, which was unwrapped and found right, is the one inside. */
  public boolean isIn(byte[] token) {
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
