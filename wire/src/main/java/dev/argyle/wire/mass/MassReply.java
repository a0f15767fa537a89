package dev.argyle.wire.mass;

import static dev.argyle.wire.Fields.made;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.Fields;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's answer to a {@link MassRequest}, behind which it closes (MASS, section 5).
 *
 * <pre>
 *   STATUS, not 00                         Failure
 *   00                                     Done
 *   00 | LENGTH | INDEX (LENGTH)           Indexes
 *   00 | COUNT | COUNT times LENGTH NAME   Users
 *   00 | VALUE (4)                         Count
 * </pre>
 */
public sealed interface MassReply extends Writable {

  /** The status alone. */
  record Failure(MassStatus status) implements MassReply {
    public Failure {
      if (status == MassStatus.SUCCESS) {
        throw new IllegalArgumentException("success is no failure");
      }
    }
  }

  /** A change was made. */
  record Done() implements MassReply {}

  /**
   * What this session may use.
   *
   * @param indexes sent in ascending order; when reading, those that we do not know are left out
   */
  record Indexes(Set<MassIndex> indexes) implements MassReply {
    public Indexes {
      indexes = Set.copyOf(indexes);
    }
  }

  /**
   * The users.
   *
   * @param names at most 255, sorted
   */
  record Users(List<UserName> names) implements MassReply {

    /** What COUNT can say. */
    public static final int MAX_USERS = 255;

    public Users {
      names = List.copyOf(names);
      if (names.size() > MAX_USERS) {
        throw new IllegalArgumentException("a reply names 255 users at most, not " + names.size());
      }
    }
  }

  /**
   * A counter.
   *
   * @param value 0 to 4294967295, which also stands for all above: it saturates
   * @param order network order, or little-endian for clients that take the octets as they come
   */
  record Count(long value, ByteOrder order) implements MassReply {
    public Count {
      value = Fields.saturated("a counter", value, 4);
    }
  }

  /**
   * Reads a reply, for a client. On Message the position is behind it, otherwise it has not moved.
   *
   * @param in octets from the start of the reply; not kept
   * @param request what was asked, for a reply does not say what it answers
   * @param order in which that server writes its counters
   */
  static Decoded<MassReply, Void> read(ByteBuffer in, MassRequest request, ByteOrder order) {
    Fields fields = new Fields(in);
    Integer code = fields.octet();
    if (code == null) {
      return fields.needMore();
    }
    MassStatus status = MassStatus.of(code);
    if (status == null) {
      return fields.malformed(null, "STATUS is none of 00 to 03");
    }
    MassReply reply =
        status == MassStatus.SUCCESS
            ? success(fields, request.index(), order)
            : new Failure(status);
    if (fields.bad()) {
      return fields.malformed(null, "a name is empty");
    }
    return reply == null ? fields.needMore() : new Decoded.Message<>(reply);
  }

  private static @Nullable MassReply success(Fields fields, MassIndex index, ByteOrder order) {
    if (index == MassIndex.INDEXES) {
      return made(fields.counted(), MassReply::indexes);
    }
    if (index == MassIndex.ACTIVE_USERS) {
      Integer count = fields.octet();
      return count == null ? null : made(fields.names(count), Users::new);
    }
    return index.isCounter()
        ? made(fields.unsigned(4), value -> new Count(ordered(value, order), order))
        : new Done();
  }

  private static Indexes indexes(byte[] codes) {
    Set<MassIndex> indexes = EnumSet.noneOf(MassIndex.class);
    for (byte code : codes) {
      MassIndex index = MassIndex.of(Byte.toUnsignedInt(code));
      if (index != null) {
        indexes.add(index);
      }
    }
    return new Indexes(indexes);
  }

  private static long ordered(long value, ByteOrder order) {
    return order == ByteOrder.BIG_ENDIAN
        ? value
        : Integer.toUnsignedLong(Integer.reverseBytes((int) value));
  }

  @Override
  default int length() {
    return switch (this) {
      case Failure failure -> 1;
      case Done done -> 1;
      case Indexes(Set<MassIndex> indexes) -> 2 + indexes.size();
      case Users(List<UserName> names) -> 2 + names.stream().mapToInt(UserName::fieldLength).sum();
      case Count count -> 1 + 4;
    };
  }

  @Override
  default void write(ByteBuffer out) {
    switch (this) {
      case Failure(MassStatus status) -> out.put((byte) status.code());
      case Done done -> out.put((byte) MassStatus.SUCCESS.code());
      case Indexes(Set<MassIndex> indexes) -> {
        out.put((byte) MassStatus.SUCCESS.code()).put((byte) indexes.size());
        indexes.stream().sorted().forEach(index -> out.put((byte) index.code()));
      }
      case Users(List<UserName> names) -> {
        out.put((byte) MassStatus.SUCCESS.code()).put((byte) names.size());
        names.forEach(name -> name.write(out));
      }
      case Count(long value, ByteOrder order) -> {
        out.put((byte) MassStatus.SUCCESS.code());
        Fields.put(out, ordered(value, order), 4);
      }
    }
  }
}
