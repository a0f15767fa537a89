package dev.argyle.wire.feed;

import dev.argyle.wire.Destination;
import dev.argyle.wire.Fields;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection as lists of them tell it, 57 to 816 octets.
 *
 * <pre>
 *   ID (8) | START (8) | END (8) | UP (8) | DOWN (8) | REP | CMD | ULEN UNAME (0 to 255)
 *   source ATYP ADDR PORT | destination ATYP ADDR PORT
 * </pre>
 *
 * @param id unsigned
 * @param startMillis since 1970
 * @param endMillis since 1970; 0 while open
 * @param octetsUp from the client
 * @param octetsDown to the client
 * @param reply REP of SOCKS, 0 to 255
 * @param command CMD of SOCKS, 0 to 255
 * @param user null: anonymous
 */
public record FeedRecord(
    long id,
    long startMillis,
    long endMillis,
    long octetsUp,
    long octetsDown,
    int reply,
    int command,
    @Nullable UserName user,
    Destination source,
    Destination destination)
    implements Writable {

  private static final int FIXED = 5 * 8 + 2;

  public FeedRecord {
    Fields.fitting("REP", reply, 1);
    Fields.fitting("CMD", command, 1);
  }

  /** The record that comes next; null: it is not there whole, or it is bad. */
  static @Nullable FeedRecord take(Fields fields) {
    Long id = fields.unsigned(8);
    Long start = fields.unsigned(8);
    Long end = fields.unsigned(8);
    Long up = fields.unsigned(8);
    Long down = fields.unsigned(8);
    Integer reply = fields.octet();
    Integer command = fields.octet();
    byte[] user = fields.counted();
    Destination source = fields.destination();
    Destination destination = fields.destination();
    if (id == null
        || start == null
        || end == null
        || up == null
        || down == null
        || reply == null
        || command == null
        || user == null
        || source == null
        || destination == null) {
      return null;
    }
    return new FeedRecord(
        id, start, end, up, down, reply, command, name(user), source, destination);
  }

  private static @Nullable UserName name(byte[] octets) {
    return octets.length == 0 ? null : UserName.of(octets);
  }

  @Override
  public int length() {
    int name = user == null ? 1 : user.fieldLength();
    return FIXED + name + source.length() + destination.length();
  }

  @Override
  public void write(ByteBuffer out) {
    Fields.put(out, id, 8);
    Fields.put(out, startMillis, 8);
    Fields.put(out, endMillis, 8);
    Fields.put(out, octetsUp, 8);
    Fields.put(out, octetsDown, 8);
    out.put((byte) reply).put((byte) command);
    if (user == null) {
      out.put((byte) 0);
    } else {
      user.write(out);
    }
    source.write(out);
    destination.write(out);
  }
}
