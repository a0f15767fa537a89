package dev.argyle.server.history;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of the history's files. One thread appends; any thread reads what was published, and learns
 * by its first reading where in the file which entries lie: the index is made then, and is under
 * this object's monitor.
 *
 * <p>A block that is damaged is left out, and told once. Behind a damaged header of a block nothing
 * can be found any more, so the rest of the file is left out.
 */
final class HistoryFile {

  /**
   * Blocks that lie together and are read at once: some 600 entries or more.
   *
   * @param earliest the least end in it, milliseconds since 1970
   * @param latest the greatest
   */
  record Piece(long offset, int length, long firstKey, long earliest, long latest) {}

  /** Octets of a piece, at least, unless it is the last one. */
  private static final int PIECE_OCTETS = 64 << 10;

  private static final int READ_OCTETS = 256 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private final Path path;
  private final FileHeader header;
  private volatile long published;

  // under the monitor
  private final List<Piece> pieces = new ArrayList<>();
  private long indexed;
  private long nextKey;
  private boolean isDamaged;

  /**
   * @param published octets that may be read
   */
  HistoryFile(Path path, FileHeader header, long published) {
    this.path = path;
    this.header = header;
    this.published = published;
    this.indexed = header.length();
    this.nextKey = header.firstKey();
  }

  Path path() {
    return path;
  }

  FileHeader header() {
    return header;
  }

  /** Octets that are written and may be read. */
  long octets() {
    return published;
  }

  /** The thread that appends: so many octets may be read from now on. */
  void publish(long octets) {
    published = octets;
  }

  FileChannel open() throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  /** The key behind the last entry that can be read. */
  synchronized long nextKey(FileChannel channel) throws IOException {
    index(channel);
    return nextKey;
  }

  /** Whether all of it can be read. */
  synchronized boolean isWhole(FileChannel channel) throws IOException {
    index(channel);
    return !isDamaged;
  }

  /** What was published until now, oldest first. */
  synchronized List<Piece> pieces(FileChannel channel) throws IOException {
    index(channel);
    return List.copyOf(pieces);
  }

  /** Reads a piece; what cannot be read is zero. */
  static byte[] read(FileChannel channel, Piece piece) throws IOException {
    byte[] octets = new byte[piece.length()];
    fill(channel, octets, octets.length, piece.offset());
    return octets;
  }

  private static int fill(FileChannel channel, byte[] into, int length, long offset)
      throws IOException {
    ByteBuffer in = ByteBuffer.wrap(into, 0, length);
    while (in.hasRemaining()) {
      if (channel.read(in, offset + in.position()) <= 0) {
        break;
      }
    }
    return in.position();
  }

  private void index(FileChannel channel) throws IOException {
    long until = published;
    if (indexed >= until) {
      return;
    }
    byte[] octets = new byte[(int) Math.min(READ_OCTETS, until - indexed)];
    while (indexed < until) {
      int length = fill(channel, octets, (int) Math.min(octets.length, until - indexed), indexed);
      int used = index(octets, length);
      if (used == 0) {
        damaged("what follows octet " + indexed + " cannot be read and is left out");
        indexed = until;
      }
    }
  }

  /** Takes the blocks that lie whole in the array; returns how many octets they are. */
  private int index(byte[] octets, int length) {
    int at = 0;
    while (at + Block.HEADER <= length) {
      Block block = Block.header(octets, at);
      if (block == null || at + block.length() > length) {
        break;
      }
      if (block.isWhole(octets, at)) {
        add(block);
      } else {
        damaged(block.length() + " octets at " + indexed + " are damaged and are left out");
      }
      at += block.length();
      indexed += block.length();
    }
    return at;
  }

  private void add(Block block) {
    nextKey = block.firstKey() + block.count();
    Piece last = pieces.isEmpty() ? null : pieces.getLast();
    if (last != null && last.length() < PIECE_OCTETS && last.offset() + last.length() == indexed) {
      pieces.set(
          pieces.size() - 1,
          new Piece(
              last.offset(),
              last.length() + block.length(),
              last.firstKey(),
              Math.min(last.earliest(), block.earliest()),
              Math.max(last.latest(), block.latest())));
    } else {
      pieces.add(
          new Piece(indexed, block.length(), block.firstKey(), block.earliest(), block.latest()));
    }
  }

  private void damaged(String what) {
    if (!isDamaged) {
      isDamaged = true;
      LOG.error("{}: {}; the other entries are not affected", path, what);
    }
  }

  /** A file that is there; null: it has no header that this version reads. */
  static @Nullable HistoryFile existing(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      FileHeader header = FileHeader.read(channel);
      return header == null ? null : new HistoryFile(path, header, Files.size(path));
    }
  }
}
