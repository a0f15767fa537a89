package dev.argyle.wire.socks;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;

/**
 * The server's answer to {@link Credentials} (RFC 1929), 2 octets.
 *
 * <pre>
 *   VER 01 | STATUS
 * </pre>
 */
public enum CredentialsReply implements Writable {
  ACCEPTED(0x00),
  /** The server closes behind it. Sent as 01; any value but 00 says it. */
  REFUSED(0x01);

  private static final int VERSION = 0x01;

  private final int status;

  CredentialsReply(int status) {
    this.status = status;
  }

  /**
   * Reads the answer, for a client. On Message the position is behind it, otherwise it has not
   * moved.
   *
   * @param in octets from the start of the answer; not kept
   */
  public static Decoded<CredentialsReply, Void> read(ByteBuffer in) {
    int start = in.position();
    int available = in.remaining();
    if (available > 0 && Byte.toUnsignedInt(in.get(start)) != VERSION) {
      return new Decoded.Malformed<>(null, "VER is not 01");
    }
    if (available < 2) {
      return Decoded.needMore();
    }
    in.position(start + 2);
    return new Decoded.Message<>(in.get(start + 1) == 0 ? ACCEPTED : REFUSED);
  }

  @Override
  public int length() {
    return 2;
  }

  @Override
  public void write(ByteBuffer out) {
    out.put((byte) VERSION).put((byte) status);
  }
}
