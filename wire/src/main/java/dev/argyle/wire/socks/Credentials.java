package dev.argyle.wire.socks;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A user name and a password (RFC 1929), 5 to 513 octets. MASS uses the same message.
 *
 * <pre>
 *   VER 01 | ULEN | UNAME (1 to 255) | PLEN | PASSWD (1 to 255)
 * </pre>
 *
 * <p>Any octets may come in both. The arrays are not copied, so that there is one password to
 * overwrite for whoever is done with it; nobody else changes them.
 */
@SuppressWarnings("ArrayRecordComponent") // see above; equals looks into them
public record Credentials(byte[] user, byte[] password) implements Writable {

  private static final int VERSION = 0x01;
  private static final int MAX_OCTETS = 255;

  public Credentials {
    check("user name", user);
    check("password", password);
  }

  private static void check(String what, byte[] octets) {
    if (octets.length == 0 || octets.length > MAX_OCTETS) {
      throw new IllegalArgumentException(
          "a " + what + " has 1 to 255 octets, not " + octets.length);
    }
  }

  /**
   * Reads credentials. On Message the position is behind them, otherwise it has not moved.
   *
   * @param in octets from the start of the sub-negotiation; not kept
   * @return Malformed with {@link CredentialsReply#REFUSED} for a wrong VER, ULEN 0 or PLEN 0, each
   *     as soon as that octet is there
   */
  public static Decoded<Credentials, CredentialsReply> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available > 0 && Byte.toUnsignedInt(in.get(start)) != VERSION) {
      return new Decoded.Malformed<>(CredentialsReply.REFUSED, "VER is not 01");
    }
    if (available < 2) {
      return Decoded.needMore();
    }
    int userLength = Byte.toUnsignedInt(in.get(start + 1));
    if (userLength == 0) {
      return new Decoded.Malformed<>(CredentialsReply.REFUSED, "ULEN is 0");
    }
    int passwordLengthAt = 2 + userLength;
    if (available <= passwordLengthAt) {
      return Decoded.needMore();
    }
    int passwordLength = Byte.toUnsignedInt(in.get(start + passwordLengthAt));
    if (passwordLength == 0) {
      return new Decoded.Malformed<>(CredentialsReply.REFUSED, "PLEN is 0");
    }
    if (available < passwordLengthAt + 1 + passwordLength) {
      return Decoded.needMore();
    }
    byte[] user = new byte[userLength];
    byte[] password = new byte[passwordLength];
    in.position(start + 2).get(user);
    in.position(start + passwordLengthAt + 1).get(password);
    return new Decoded.Message<>(new Credentials(user, password));
  }

  /**
   * How long a message with a user name and an empty password is. Java's own client sends one where
   * it has no credentials; see {@code protocols/socks5.md}.
   *
   * @param in octets from the start of the sub-negotiation; not moved, not kept
   * @return 0: it is another message, or more octets are needed
   */
  public static int lengthWithoutPassword(ByteBuffer in) {
    int start = in.position();
    if (in.remaining() < 2 || in.get(start) != VERSION || in.get(start + 1) == 0) {
      return 0;
    }
    int passwordLengthAt = 2 + Byte.toUnsignedInt(in.get(start + 1));
    boolean empty = in.remaining() > passwordLengthAt && in.get(start + passwordLengthAt) == 0;
    return empty ? passwordLengthAt + 1 : 0;
  }

  @Override
  public int length() {
    return 2 + user.length + 1 + password.length;
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) VERSION).put((byte) user.length).put(user);
    out.put((byte) password.length).put(password);
  }

  /** For tests and sets; passwords are verified elsewhere, in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Credentials that
        && Arrays.equals(user, that.user)
        && Arrays.equals(password, that.password);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(user) + Arrays.hashCode(password);
  }

  /**
   * Neither the password nor its length; not the name either, which may hold control characters.
   */
  @Override
  public String toString() {
    return "Credentials[user=" + user.length + " octets, password=********]";
  }
}
