package dev.argyle.server.account;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator.Block;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;

/**
 * Argon2's memory, kept from one hash to the next: otherwise each login leaves 19 MiB of garbage in
 * a small heap. Belongs to one hash at a time. Blocks are wiped when they come back. What exceeds
 * our own parameters (a costlier imported hash) is not kept.
 */
final class Argon2Memory implements BlockPool {

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
