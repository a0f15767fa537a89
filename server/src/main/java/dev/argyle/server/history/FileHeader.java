package dev.argyle.server.history;

import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a history file.
 *
 * <pre>
 *   "ArgyleH1" (8) | LENGTH (4, of what follows the checksum) | CRC-32C (4)
 *   CREATED (8) | SPAN (8) | FIRST KEY (8) | COUNT (2) | texts: REASON, FAULT, REASON, FAULT, …
 * </pre>
 *
 * <p>An entry has the number of its reason in this list, so that a version with other reasons reads
 * the files of this one.
 *
 * @param createdMillis since 1970
 * @param spanMillis for how long entries are written to it
 * @param firstKey of its first entry
 * @param length of the header, in octets
 */
record FileHeader(
    long createdMillis,
    long spanMillis,
    long firstKey,
    int length,
    List<String> reasons,
    List<String> faults) {

  private static final byte[] MAGIC = {'A', 'r', 'g', 'y', 'l', 'e', 'H', '1'};
  private static final int BEFORE = MAGIC.length + 4 + 4;
  private static final int MAX_LENGTH = 16 << 10;
  private static final String UNKNOWN = "unknown";

  FileHeader {
    reasons = List.copyOf(reasons);
    faults = List.copyOf(faults);
  }

  /** The octets of a new file's header, from position 0 to the limit. */
  static ByteBuffer of(long createdMillis, long spanMillis, long firstKey) {
    ByteBuffer out = ByteBuffer.allocate(MAX_LENGTH);
    out.put(MAGIC).putInt(0).putInt(0);
    out.putLong(createdMillis).putLong(spanMillis).putLong(firstKey);
    out.putShort((short) EndReason.values().length);
    for (EndReason reason : EndReason.values()) {
      Text.put(reason.word(), Ending.MAX_DETAIL, out);
      Text.put(reason.fault().word(), Ending.MAX_DETAIL, out);
    }
    int length = out.position() - BEFORE;
    out.putInt(MAGIC.length, length);
    out.putInt(MAGIC.length + 4, checksum(out.array(), length));
    return out.flip();
  }

  private static int checksum(byte[] octets, int length) {
    CRC32C crc = new CRC32C();
    crc.update(octets, BEFORE, length);
    return (int) crc.getValue();
  }

  /** Reads the header of a file; null: it is damaged, or of another version. */
  static @Nullable FileHeader read(FileChannel file) throws IOException {
    ByteBuffer in = ByteBuffer.allocate(MAX_LENGTH);
    while (in.hasRemaining() && file.read(in, in.position()) > 0) {
      // a file may be read in pieces
    }
    in.flip();
    if (in.limit() < BEFORE || !Arrays.equals(Arrays.copyOf(in.array(), MAGIC.length), MAGIC)) {
      return null;
    }
    int length = in.getInt(MAGIC.length);
    if (length < 0
        || length > in.limit() - BEFORE
        || in.getInt(MAGIC.length + 4) != checksum(in.array(), length)) {
      return null;
    }
    return parse(in.position(BEFORE), BEFORE + length);
  }

  private static FileHeader parse(ByteBuffer in, int length) {
    long created = in.getLong();
    long span = in.getLong();
    long firstKey = in.getLong();
    int count = in.getShort();
    List<String> reasons = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      reasons.add(text(in));
      faults.add(text(in));
    }
    return new FileHeader(created, span, firstKey, length, reasons, faults);
  }

  private static String text(ByteBuffer in) {
    int octets = in.get() - 1; // words are short
    String text = Text.decoded(in.array(), in.position(), octets);
    in.position(in.position() + octets);
    return text;
  }

  /** Whether this version's entries fit in: its reasons are those of the file. */
  boolean isOfThisVersion() {
    return reasons.equals(Arrays.stream(EndReason.values()).map(EndReason::word).toList());
  }

  /** The reason of this number. */
  String reason(int number) {
    return number < reasons.size() ? reasons.get(number) : UNKNOWN;
  }

  /** Whose fault that is. */
  String fault(int number) {
    return number < faults.size() ? faults.get(number) : UNKNOWN;
  }
}
