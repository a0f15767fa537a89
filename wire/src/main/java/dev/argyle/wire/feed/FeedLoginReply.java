package dev.argyle.wire.feed;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;

/**
 * The server's answer to a {@link FeedLogin} (FEED, section 2.2), 4 octets. Behind a failure the
 * server closes.
 *
 * <pre>
 *   VER FEED | STATUS (2)
 * </pre>
 */
public enum FeedLoginReply implements Writable {
  ACCEPTED(0xC001),
  REFUSED(0x4B1D),
  WRONG_VERSION(0xBEEF);

  private final int status;

  FeedLoginReply(int status) {
    this.status = status;
  }

  /**
   * Reads the answer, for a client. On Message the position is behind it, otherwise it has not
   * moved.
   *
   * @param in octets from the start of the answer; not kept
   */
  public static Decoded<FeedLoginReply, Void> read(ByteBuffer in) {
    Fields fields = new Fields(in);
    Long version = fields.unsigned(2);
    if (version != null && version != FeedLogin.VERSION) {
      return fields.malformed(null, "VER is not FEED");
    }
    Long status = fields.unsigned(2);
    if (status == null) {
      return fields.needMore();
    }
    for (FeedLoginReply reply : values()) {
      if (reply.status == status) {
        return new Decoded.Message<>(reply);
      }
    }
    return fields.malformed(null, "STATUS is none of C001, 4B1D, BEEF");
  }

  @Override
  public int length() {
    return 4;
  }

  @Override
  public void write(ByteBuffer out) {
    Fields.put(out, FeedLogin.VERSION, 2);
    Fields.put(out, status, 2);
  }
}
