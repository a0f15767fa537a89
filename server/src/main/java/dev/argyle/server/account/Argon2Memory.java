package dev.argyle.server.account;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Argon2's memory, outside of the heap: there, each login would leave 19 MiB of garbage, which no
 * small young generation can hold. Kept from one hash to the next while logins wait. Belongs to one
 * hash at a time. What it held is wiped before it is freed.
 */
final class Argon2Memory implements AutoCloseable {

  private Arena arena = Arena.ofShared();
  private MemorySegment blocks = MemorySegment.NULL;

  /** Memory for this many blocks of {@link Argon2#BLOCK_OCTETS}, with anything in it. */
  MemorySegment blocks(int count) {
    long octets = (long) count * Argon2.BLOCK_OCTETS;
    if (blocks.byteSize() < octets) {
      close();
      arena = Arena.ofShared();
      blocks = arena.allocate(octets, JAVA_LONG.byteAlignment());
    }
    return blocks;
  }

  @Override
  public void close() {
    blocks.fill((byte) 0);
    blocks = MemorySegment.NULL;
    arena.close();
  }
}
