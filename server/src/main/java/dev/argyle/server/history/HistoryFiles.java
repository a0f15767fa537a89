package dev.argyle.server.history;

import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history's files, oldest first: {@code FIRST-KEY.history}, to the last of which entries are
 * appended. When it has a sixteenth of the size, or an eighth of the time, that may be kept,
 * another one is begun, so that old entries go by the removal of a file. One thread owns it; any
 * thread may read {@link #list}.
 *
 * <p>A file without a readable header is set aside as {@code FIRST-KEY.damaged}. It counts, and is
 * the first to go.
 */
final class HistoryFiles implements AutoCloseable {

  private static final String SUFFIX = ".history";
  private static final String DAMAGED = ".damaged";
  private static final int SIZE_PARTS = 16;
  private static final int TIME_PARTS = 8;
  private static final int BLOCKS_OF_A_FILE = 4;
  private static final HexFormat HEX = HexFormat.of();

  private static final FileAttribute<?> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  /** How a file is opened to be written. */
  interface Opening {
    FileChannel open(Path path, Set<StandardOpenOption> options, FileAttribute<?>... attributes)
        throws IOException;
  }

  /** How much, and how long. */
  record Bounds(Duration keep, long octets) {
    long ofAFile() {
      return octets / SIZE_PARTS;
    }

    int ofABlock() {
      return (int) Math.min(ofAFile() / BLOCKS_OF_A_FILE, Block.MAX_ENTRIES);
    }

    long spanMillis() {
      return keep.toMillis() / TIME_PARTS;
    }
  }

  private final Path folder;
  private final Opening opening;
  private volatile List<HistoryFile> files = List.of();
  private final List<Path> damaged = new ArrayList<>();
  private @Nullable FileChannel appending; // to the last of the files; null: begin another one
  private long nextKey = 1;
  private final byte[] block = new byte[Block.HEADER + Block.MAX_ENTRIES + EntryFormat.MAX_OCTETS];

  private HistoryFiles(Path folder, Opening opening) {
    this.folder = folder;
    this.opening = opening;
  }

  /** Opens what is there, and makes the folder if it is not. */
  static HistoryFiles open(Path folder, Opening opening) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder, FOLDER);
    }
    HistoryFiles opened = new HistoryFiles(folder, opening);
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path path : all) {
        if (path.toString().endsWith(DAMAGED)) {
          opened.damaged.add(path);
        } else if (String.valueOf(path.getFileName()).matches("[0-9a-f]{16}\\" + SUFFIX)) {
          paths.add(path);
        }
      }
    }
    paths.sort(null);
    for (Path path : paths) {
      opened.take(path);
    }
    opened.goOn();
    return opened;
  }

  private void take(Path path) throws IOException {
    HistoryFile file = HistoryFile.existing(path);
    if (file != null) {
      files = with(file);
      return;
    }
    long size = Files.size(path);
    if (size == 0) { // the process ended right after it was made
      Files.delete(path);
      return;
    }
    String name = String.valueOf(path.getFileName()).replace(SUFFIX, DAMAGED);
    Path aside = path.resolveSibling(name);
    Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
    damaged.add(aside);
    // It cannot have had as many entries as octets, so no key is given twice.
    nextKey = HexFormat.fromHexDigitsToLong(name, 0, 16) + size;
    LOG.error(
        "{}: damaged at its beginning, or written by another version; set aside as {}, so its"
            + " entries are missing from the history",
        path,
        name);
  }

  /** Finds the next key, and whether the last file goes on. */
  private void goOn() throws IOException {
    if (files.isEmpty()) {
      return;
    }
    HistoryFile last = files.getLast();
    try (FileChannel channel = last.open()) {
      boolean whole = last.isWhole(channel);
      // Where entries were lost, another file must not get the name of this one.
      nextKey = Math.max(nextKey, last.nextKey(channel) + (whole ? 0 : 1));
      if (!whole || !last.header().isOfThisVersion()) {
        return; // it stays as it is, and another one is begun
      }
    }
    appending = opening.open(last.path(), Set.of(StandardOpenOption.WRITE));
  }

  /** Oldest first; what is removed while somebody reads can still be read, or is not there. */
  List<HistoryFile> list() {
    return files;
  }

  /** Octets of all files, and of those set aside. */
  long octets() throws IOException {
    long octets = files.stream().mapToLong(HistoryFile::octets).sum();
    for (Path path : damaged) {
      octets += Files.size(path);
    }
    return octets;
  }

  /**
   * Writes entries, from the buffer's position to its limit; the position is behind what is written
   * also if it fails.
   */
  void append(ByteBuffer entries, long nowMillis, Bounds bounds) throws IOException {
    while (entries.hasRemaining()) {
      int length = Block.HEADER;
      int count = 0;
      long earliest = Long.MAX_VALUE;
      long latest = Long.MIN_VALUE;
      int at = entries.position();
      while (at < entries.limit() && length < bounds.ofABlock()) {
        int octets = EntryFormat.LENGTH_OCTETS + (entries.getShort(at) & 0xFFFF);
        long end = entries.getLong(at + EntryFormat.LENGTH_OCTETS);
        entries.get(at, block, length, octets);
        earliest = Math.min(earliest, end);
        latest = Math.max(latest, end);
        length += octets;
        at += octets;
        count++;
      }
      Block.seal(block, 0, length, count, nextKey, earliest, latest);
      write(length, nowMillis, bounds);
      nextKey += count;
      entries.position(at);
    }
  }

  private void write(int length, long nowMillis, Bounds bounds) throws IOException {
    if (!fits(length, nowMillis, bounds)) {
      seal();
      begin(nowMillis, bounds, length);
    } else {
      makeRoom(length, bounds.octets());
    }
    FileChannel channel = appending;
    if (channel == null) {
      throw new IllegalStateException("a file was begun");
    }
    HistoryFile last = files.getLast();
    put(channel, ByteBuffer.wrap(block, 0, length), last.octets());
    last.publish(last.octets() + length);
  }

  private boolean fits(int length, long nowMillis, Bounds bounds) {
    if (appending == null) {
      return false;
    }
    HistoryFile last = files.getLast();
    long age = nowMillis - last.header().createdMillis();
    return age >= 0
        && age < Math.min(bounds.spanMillis(), last.header().spanMillis())
        && last.octets() + length <= bounds.ofAFile();
  }

  /** All or nothing: what a full disk took of it is taken back. */
  private static void put(FileChannel channel, ByteBuffer octets, long offset) throws IOException {
    try {
      write(channel, octets, offset);
    } catch (IOException failed) {
      channel.truncate(offset);
      throw failed;
    }
  }

  private void begin(long nowMillis, Bounds bounds, int length) throws IOException {
    ByteBuffer header = FileHeader.of(nowMillis, bounds.spanMillis(), nextKey);
    makeRoom(header.limit() + length, bounds.octets());
    Path path = folder.resolve(HEX.toHexDigits(nextKey) + SUFFIX);
    FileChannel channel =
        opening.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE);
    try {
      put(channel, header, 0);
      HistoryFile file = HistoryFile.existing(path);
      if (file == null) {
        throw new IOException("what was written cannot be read");
      }
      files = with(file);
      appending = channel;
    } catch (IOException failed) {
      channel.close();
      Files.deleteIfExists(path);
      throw failed;
    }
  }

  private List<HistoryFile> with(HistoryFile file) {
    List<HistoryFile> all = new ArrayList<>(files);
    all.add(file);
    return List.copyOf(all);
  }

  /** Removes the oldest until there is room for so many octets. */
  private void makeRoom(int octets, long most) throws IOException {
    while (octets() + octets > most && (!files.isEmpty() || !damaged.isEmpty())) {
      removeOldest();
    }
  }

  private void removeOldest() throws IOException {
    if (!damaged.isEmpty()) {
      Files.deleteIfExists(damaged.removeFirst());
      return;
    }
    HistoryFile oldest = files.getFirst();
    if (files.size() == 1) {
      seal();
    }
    Files.deleteIfExists(oldest.path());
    files = files.subList(1, files.size());
  }

  /** Removes all files. */
  void clear() throws IOException {
    while (!files.isEmpty() || !damaged.isEmpty()) {
      removeOldest();
    }
  }

  /** At the latest; what the disk says counts where the file was begun under other bounds. */
  private static long lastWrittenMillis(HistoryFile file) throws IOException {
    long spanEnds = file.header().createdMillis() + file.header().spanMillis();
    return Math.min(spanEnds, Files.getLastModifiedTime(file.path()).toMillis());
  }

  /** Removes what is too old, or too much since the bounds are others now. */
  void trim(long nowMillis, Bounds bounds) throws IOException {
    makeRoom(0, bounds.octets());
    long keep = bounds.keep().toMillis();
    while (!files.isEmpty()) {
      if (nowMillis - lastWrittenMillis(files.getFirst()) < keep) {
        break;
      }
      removeOldest();
    }
    for (Path path : List.copyOf(damaged)) {
      if (nowMillis - Files.getLastModifiedTime(path).toMillis() >= keep) {
        Files.deleteIfExists(path);
        damaged.remove(path);
      }
    }
  }

  /**
   * Deletes entries where they are.
   *
   * @param which is asked with an entry to look at
   * @return how many they were
   */
  long delete(Predicate<EntryView> which) throws IOException {
    long deleted = 0;
    EntryView view = new EntryView();
    for (HistoryFile file : files) {
      try (FileChannel channel =
          FileChannel.open(file.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        for (HistoryFile.Piece piece : file.pieces(channel)) {
          byte[] octets = HistoryFile.read(channel, piece);
          long before = deleted;
          List<Integer> places = new ArrayList<>();
          Walk.over(
              octets,
              view,
              (_, at) -> {
                if (which.test(view)) {
                  places.add(at);
                }
              });
          places.forEach(at -> EntryFormat.delete(octets, at));
          deleted += places.size();
          if (deleted != before) {
            Walk.sealAgain(octets);
            write(channel, ByteBuffer.wrap(octets), piece.offset());
          }
        }
        channel.force(false);
      }
    }
    return deleted;
  }

  private static void write(FileChannel channel, ByteBuffer octets, long offset)
      throws IOException {
    while (octets.hasRemaining()) {
      channel.write(octets, offset + octets.position());
    }
  }

  /** Ends the last file: its octets are on the disk then. */
  void seal() throws IOException {
    FileChannel channel = appending;
    if (channel != null) {
      appending = null;
      try (channel) {
        channel.force(false);
      }
    }
  }

  @Override
  public void close() {
    try {
      seal();
    } catch (IOException failed) {
      LOG.warn("{}: {}", folder, FileFailure.words(failed));
    }
  }
}
