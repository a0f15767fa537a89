package dev.argyle.server.history;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies of what stays on disk of the past, for backups, while a server writes to it. A file of the
 * history is only appended to, but for deletions, which are written over: so it is read a block at
 * a time, and one whose checksum is wrong is read again.
 */
public final class HistoryCopy {

  /** How often a block is read that seems to be in the middle of a deletion. */
  private static final int TRIES = 5;

  private static final long PAUSE_MILLIS = 20;

  private HistoryCopy() {}

  /** Whether a file of the history may have this name. */
  public static boolean isName(String name) {
    return name.matches("[0-9a-f]{16}\\.history");
  }

  /** The files of the history, oldest first; none where there is no history. */
  public static List<Path> files(Path data) throws IOException {
    Path folder = data.resolve(History.FOLDER);
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
        for (Path path : all) {
          if (isName(String.valueOf(path.getFileName()))) {
            found.add(path);
          }
        }
      }
    }
    found.sort(null);
    return found;
  }

  /**
   * Writes the whole blocks of a file; nothing if its header cannot be read.
   *
   * @param file open for reading; it may be removed meanwhile
   */
  public static void write(FileChannel file, OutputStream out) throws IOException {
    FileHeader header = FileHeader.read(file);
    if (header == null) {
      return;
    }
    byte[] octets = new byte[Block.HEADER + Block.MAX_ENTRIES + EntryFormat.MAX_OCTETS];
    ByteBuffer beginning = ByteBuffer.allocate(header.length());
    if (!fill(file, beginning, 0)) {
      return;
    }
    out.write(beginning.array());
    long at = header.length();
    for (int length = block(file, at, octets); length > 0; length = block(file, at, octets)) {
      out.write(octets, 0, length);
      at += length;
    }
  }

  /** Reads the block at an offset; 0: there is no whole one, or what is there is none. */
  private static int block(FileChannel file, long at, byte[] octets) throws IOException {
    for (int i = 1; ; i++) {
      if (!fill(file, ByteBuffer.wrap(octets, 0, Block.HEADER), at)) {
        return 0;
      }
      Block block = Block.header(octets, 0);
      if (block == null || !fill(file, ByteBuffer.wrap(octets, 0, block.length()), at)) {
        return 0;
      }
      if (i == TRIES || block.isWhole(octets, 0) || !paused()) {
        return block.length(); // what is damaged stays damaged, and is left out when it is read
      }
    }
  }

  private static boolean fill(FileChannel file, ByteBuffer into, long at) throws IOException {
    while (into.hasRemaining()) {
      if (file.read(into, at + into.position()) <= 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean paused() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Opens a file of the history. */
  public static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  /**
   * Copies the usage as it is at one moment.
   *
   * @param target an empty file
   * @throws IOException if it cannot be copied, also if it is a newer version's
   */
  public static void writeUsage(Path data, Path target) throws IOException {
    Path file = data.resolve(Usage.FILE);
    try (UsageDatabase database = UsageDatabase.open(file)) {
      checkVersion(database);
      try (PreparedStatement copy = database.prepare("VACUUM INTO ?")) {
        copy.setString(1, target.toString());
        copy.executeUpdate();
      }
    } catch (SQLException failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  /**
   * Checks a copy that nobody uses yet.
   *
   * @throws IOException if this version cannot read it
   */
  public static void checkUsage(Path file) throws IOException {
    try (UsageDatabase database = UsageDatabase.open(file)) {
      checkVersion(database);
    } catch (SQLException failed) {
      throw new IOException(failed.getMessage(), failed);
    }
  }

  private static void checkVersion(UsageDatabase database) throws IOException, SQLException {
    if (!UsageStore.isOfThisVersion(database)) {
      throw new IOException("written by another program, or by a newer Argyle");
    }
  }
}
