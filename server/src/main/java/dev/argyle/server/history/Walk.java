package dev.argyle.server.history;

import org.jspecify.annotations.Nullable;

/** Goes through the entries of a piece of a file, oldest first. Pure. */
final class Walk {

  /** What is done with each entry; the view looks at it. */
  interface Visitor {
    /**
     * @param at the index of the entry in the piece
     */
    void entry(long key, int at);
  }

  private Walk() {}

  /** Visits all entries that were not deleted; of a malformed block, those in front. */
  static void over(byte[] piece, EntryView view, Visitor visitor) {
    int at = 0;
    Block block = blockAt(piece, at);
    while (block != null) {
      int end = at + block.length();
      int entry = at + Block.HEADER;
      for (int i = 0; i < block.count() && view.at(piece, entry, end); i++) {
        if (!view.isDeleted()) {
          visitor.entry(block.firstKey() + i, entry);
        }
        entry = view.next();
      }
      at = end;
      block = blockAt(piece, at);
    }
  }

  private static @Nullable Block blockAt(byte[] piece, int at) {
    if (at + Block.HEADER > piece.length) {
      return null;
    }
    Block block = Block.header(piece, at);
    return block == null || at + block.length() > piece.length ? null : block;
  }

  /** Makes the checksums of all blocks right again. */
  static void sealAgain(byte[] piece) {
    int at = 0;
    for (Block block = blockAt(piece, at); block != null; block = blockAt(piece, at)) {
      Block.sealAgain(piece, at, block.length());
      at += block.length();
    }
  }
}
