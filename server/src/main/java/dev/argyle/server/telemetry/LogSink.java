package dev.argyle.server.telemetry;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a log's octets go. Belongs to the log's thread once that has started.
 *
 * <p>A file has whole lines: what a full disk took of a line is taken back, and the line is written
 * again later. A pipe or terminal keeps what it has taken, and gets the rest later.
 */
final class LogSink implements AutoCloseable {

  /** How a log's file is opened, to append to it. */
  interface Opening {
    FileChannel open(Path path) throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(LogSink.class);
  private static final Set<StandardOpenOption> APPEND =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

  private final String name;
  private final @Nullable Path path;
  private final Opening opening;
  private FileChannel channel;

  private LogSink(String name, @Nullable Path path, Opening opening, FileChannel channel) {
    this.name = name;
    this.path = path;
    this.opening = opening;
    this.channel = channel;
  }

  /** Opens it, or null for {@link LogDestination.Nowhere}. */
  static @Nullable LogSink open(LogDestination destination) throws IOException {
    return switch (destination) {
      case LogDestination.Nowhere() -> null;
      case LogDestination.StandardOutput() -> standard("standard output", FileDescriptor.out);
      case LogDestination.StandardError() -> standard("standard error", FileDescriptor.err);
      case LogDestination.File(Path path) -> file(path, LogSink::append);
    };
  }

  static LogSink file(Path path, Opening opening) throws IOException {
    return new LogSink(path.toString(), path, opening, opening.open(path));
  }

  @SuppressWarnings("resource") // closing these streams would close the process's descriptors
  private static LogSink standard(String name, FileDescriptor descriptor) {
    return new LogSink(name, null, LogSink::append, new FileOutputStream(descriptor).getChannel());
  }

  private static FileChannel append(Path path) throws IOException {
    boolean posix = Files.getFileStore(existing(path)).supportsFileAttributeView("posix");
    FileAttribute<?>[] mode =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
            }
            : new FileAttribute<?>[0];
    FileChannel channel = FileChannel.open(path, APPEND, mode);
    if (endsWithinALine(path)) {
      channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    }
    return channel;
  }

  /** A process that was killed, or a disk that was full, may have left half a line. */
  private static boolean endsWithinALine(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (FileChannel written = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return written.read(last, written.size() - 1) == 1 && last.get(0) != '\n';
    } catch (IOException | IllegalArgumentException emptyOrUnreadable) {
      return false;
    }
  }

  private static Path existing(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    return folder == null ? path.toAbsolutePath() : folder;
  }

  /** The file, or words for standard output and error. */
  String name() {
    return name;
  }

  /** Writes what can be written now; the rest stays in the buffer, of a file in whole lines. */
  void write(ByteBuffer octets) throws IOException {
    int begin = octets.position();
    long size = path == null ? 0 : channel.size();
    try {
      while (octets.hasRemaining()) {
        if (channel.write(octets) == 0) { // a pipe in non-blocking mode with a slow reader
          return;
        }
      }
    } catch (IOException full) {
      if (path != null) {
        takeBackHalfALine(octets, begin, size);
      }
      throw full;
    }
  }

  /** Unless somebody else has written to the file meanwhile. */
  private void takeBackHalfALine(ByteBuffer octets, int begin, long sizeBefore) {
    int line = octets.position();
    while (line > begin && octets.get(line - 1) != '\n') {
      line--;
    }
    int torn = octets.position() - line;
    try {
      if (torn > 0 && channel.size() == sizeBefore + octets.position() - begin) {
        channel.truncate(channel.size() - torn);
        octets.position(line);
      }
    } catch (IOException stays) {
      LOG.debug("half a line stays in {}", name, stays);
    }
  }

  /** Opens a file again by its name; the old one stays in use if that fails. */
  void reopen() throws IOException {
    if (path != null) {
      FileChannel old = channel;
      channel = opening.open(path);
      old.close();
    }
  }

  /** Closes a file; standard output and error stay open. */
  @Override
  public void close() throws IOException {
    if (path != null) {
      channel.close();
    }
  }
}
