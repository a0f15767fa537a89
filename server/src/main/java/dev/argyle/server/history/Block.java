package dev.argyle.server.history;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is written to a history file at once: entries behind a header with their checksum, so that a
 * block that was cut off or changed is noticed.
 *
 * <pre>
 *   MAGIC (4) | LENGTH (4, of the entries) | COUNT (4) | CRC-32C (4, of all but the first 16)
 *   FIRST KEY (8) | EARLIEST END (8) | LATEST END (8) | entries
 * </pre>
 *
 * @param length octets, header included
 */
record Block(int length, int count, int checksum, long firstKey, long earliest, long latest) {

  static final int HEADER = 40;

  /** Octets of entries, at most, unless one alone is larger. */
  static final int MAX_ENTRIES = 64 << 10;

  private static final int MAGIC = 0x41_67_42_31; // "AgB1"
  private static final int CHECKED_FROM = 16;
  private static final int CHECKSUM_AT = 12;

  /** Reads a header, which lies whole in the array; null: there is none. */
  static @Nullable Block header(byte[] octets, int at) {
    ByteBuffer in = ByteBuffer.wrap(octets, at, HEADER);
    if (in.getInt() != MAGIC) {
      return null;
    }
    int length = in.getInt();
    if (length < 0 || length > MAX_ENTRIES + EntryFormat.MAX_OCTETS) {
      return null;
    }
    return new Block(
        HEADER + length, in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong());
  }

  /** Whether the octets, which lie whole in the array, are those that were written. */
  boolean isWhole(byte[] octets, int at) {
    return checksum(octets, at, length) == checksum;
  }

  /** Writes a header in front of entries that lie in the array already. */
  static void seal(
      byte[] octets, int at, int length, int count, long firstKey, long earliest, long latest) {
    ByteBuffer.wrap(octets, at, HEADER)
        .putInt(MAGIC)
        .putInt(length - HEADER)
        .putInt(count)
        .putInt(0)
        .putLong(firstKey)
        .putLong(earliest)
        .putLong(latest);
    sealAgain(octets, at, length);
  }

  /** Writes the checksum anew, since entries were changed. */
  static void sealAgain(byte[] octets, int at, int length) {
    ByteBuffer.wrap(octets).putInt(at + CHECKSUM_AT, checksum(octets, at, length));
  }

  private static int checksum(byte[] octets, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(octets, at + CHECKED_FROM, length - CHECKED_FROM);
    return (int) crc.getValue();
  }
}
