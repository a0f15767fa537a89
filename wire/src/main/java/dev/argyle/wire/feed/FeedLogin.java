package dev.argyle.wire.feed;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An administrator's name and password, the first message (FEED, section 2.2), 4 to 514 octets.
 *
 * <pre>
 *   VER FEED | ULEN | UNAME (ULEN) | PASSLEN | PASS (PASSLEN)
 * </pre>
 *
 * <p>Names and passwords that cannot be, empty or not ASCII, are read like any other, because their
 * refusal has to look, and take as long, as that of any other: they are for whoever verifies. What
 * a client sends is made by {@link #of}.
 *
 * @param user 0 to 255 octets; neither array is copied, and only who is done with it overwrites it
 * @param password 0 to 255 octets
 */
@SuppressWarnings("ArrayRecordComponent") // see above; equals looks into them
public record FeedLogin(byte[] user, byte[] password) implements Writable {

  static final int VERSION = 0xFEED;

  public FeedLogin {
    if (user.length > UserName.MAX_OCTETS || password.length > Password.MAX_OCTETS) {
      throw new IllegalArgumentException("a name and a password have 255 octets at most");
    }
  }

  /** A login that a server may accept. */
  public static FeedLogin of(UserName user, Password password) {
    byte[] name = user.requireAscii().octets();
    return new FeedLogin(name, password.value());
  }

  /**
   * Reads a login. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the association; not kept
   * @return Malformed with {@link FeedLoginReply#WRONG_VERSION} as soon as the first two octets are
   *     there and are not FEED
   */
  public static Decoded<FeedLogin, FeedLoginReply> read(ByteBuffer in) {
    Fields fields = new Fields(in);
    Long version = fields.unsigned(2);
    if (version != null && version != VERSION) {
      return fields.malformed(FeedLoginReply.WRONG_VERSION, "VER is not FEED");
    }
    FeedLogin login = Fields.made(fields.counted(), fields.counted(), FeedLogin::new);
    return login == null ? fields.needMore() : new Decoded.Message<>(login);
  }

  @Override
  public int length() {
    return 2 + 1 + user.length + 1 + password.length;
  }

  @Override
  public void write(ByteBuffer out) {
    Fields.put(out, VERSION, 2);
    out.put((byte) user.length).put(user).put((byte) password.length).put(password);
  }

  /** For tests and sets; passwords are verified elsewhere, in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof FeedLogin that
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
    return "FeedLogin[user=" + user.length + " octets, password=********]";
  }
}
