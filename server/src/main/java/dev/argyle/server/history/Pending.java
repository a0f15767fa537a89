package dev.argyle.server.history;

import dev.argyle.server.telemetry.EndedConnection;
import java.nio.ByteBuffer;

/**
 * Ended connections that wait to be written, as octets in the order of their ends: a loop puts one
 * in less than a microsecond, and makes no object that lives on. Bounded by octets; what finds no
 * room is dropped and counted. Any thread may put, one takes; all fields are under this object's
 * monitor.
 */
final class Pending {

  /** Some 30,000 entries: 6 seconds of 5,000 ends a second, should the disk stall so long. */
  static final int MAX_OCTETS = 2 << 20;

  private static final int FIRST_OCTETS = 16 << 10;

  /** A buffer that has grown beyond this is not kept: it was a rush. */
  private static final int KEPT_OCTETS = 1 << 20;

  private ByteBuffer entries = ByteBuffer.allocate(FIRST_OCTETS);
  private ByteBuffer spare = ByteBuffer.allocate(FIRST_OCTETS);
  private long dropped;

  /**
   * Puts one.
   *
   * @return whether it is the first since {@link #take}: somebody may have to be woken
   */
  synchronized boolean put(EndedConnection ended, boolean addresses) {
    if (entries.remaining() < EntryFormat.MAX_OCTETS && !grow()) {
      dropped++;
      return false;
    }
    boolean first = entries.position() == 0;
    EntryFormat.put(ended, addresses, entries);
    return first;
  }

  private boolean grow() {
    if (entries.capacity() >= MAX_OCTETS) {
      return false;
    }
    entries = ByteBuffer.allocate(entries.capacity() * 2).put(entries.flip());
    return true;
  }

  /**
   * Takes all that wait, from position to limit. The result is the caller's until the next call;
   * then it is used again.
   */
  synchronized ByteBuffer take() {
    ByteBuffer taken = entries.flip();
    entries = spare.capacity() > KEPT_OCTETS ? ByteBuffer.allocate(FIRST_OCTETS) : spare.clear();
    spare = taken;
    return taken;
  }

  /** Whether any waits. */
  synchronized boolean isWaiting() {
    return entries.position() > 0;
  }

  /** Whether so many wait that they should not wait for the next second. */
  synchronized boolean isLarge() {
    return entries.position() > MAX_OCTETS / 4;
  }

  /** How many were dropped since the last call. */
  synchronized long takeDropped() {
    long taken = dropped;
    dropped = 0;
    return taken;
  }
}
