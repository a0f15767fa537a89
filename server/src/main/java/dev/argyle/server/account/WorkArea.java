package dev.argyle.server.account;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator.Block;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;

/**
 * Argon2's memory, kept from one hash to the next: the heap is small, and 19 MiB of garbage a login
 * would be most of it. Belongs to one hash at a time. Blocks are wiped when they come back; what
 * goes beyond our own profile (a costlier imported hash) is not kept.
 */
final class WorkArea implements BlockPool {

  private final Block[] free = new Block[Argon2Hash.OUR_MEMORY_KIBIOCTETS];
  private int count;

  @Override
  public Block allocate() {
    return count > 0 ? free[--count] : new Block();
  }

  @Override
  public void deallocate(Block block) {
    if (count < free.length) {
      free[count++] = block.clear();
    }
  }
}
