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

/** Where a log's octets go. Belongs to the log's thread once that has started. */
final class LogSink implements AutoCloseable {
  private static final Set<StandardOpenOption> APPEND =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

  private final String name;
  private final @Nullable Path path;
  private FileChannel channel;

  private LogSink(String name, @Nullable Path path, FileChannel channel) {
    this.name = name;
    this.path = path;
    this.channel = channel;
  }

  /** Opens it, or null for {@link LogDestination.Nowhere}. */
  static @Nullable LogSink open(LogDestination destination) throws IOException {
    return switch (destination) {
      case LogDestination.Nowhere() -> null;
      case LogDestination.StandardOutput() -> standard("standard output", FileDescriptor.out);
      case LogDestination.StandardError() -> standard("standard error", FileDescriptor.err);
      case LogDestination.File(Path path) -> new LogSink(path.toString(), path, append(path));
    };
  }

  @SuppressWarnings("resource") // closing these streams would close the process's descriptors
  private static LogSink standard(String name, FileDescriptor descriptor) {
    return new LogSink(name, null, new FileOutputStream(descriptor).getChannel());
  }

  private static FileChannel append(Path path) throws IOException {
    boolean posix = Files.getFileStore(existing(path)).supportsFileAttributeView("posix");
    FileAttribute<?>[] mode =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))
            }
            : new FileAttribute<?>[0];
    return FileChannel.open(path, APPEND, mode);
  }

  private static Path existing(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    return folder == null ? path.toAbsolutePath() : folder;
  }

  /** The file, or words for standard output and error. */
  String name() {
    return name;
  }

  /** Writes what can be written now; the rest stays in the buffer. */
  void write(ByteBuffer octets) throws IOException {
    while (octets.hasRemaining()) {
      if (channel.write(octets) == 0) { // a pipe in non-blocking mode with a slow reader
        return;
      }
    }
  }

  /** Opens a file again by its name; the old one stays in use if that fails. */
  void reopen() throws IOException {
    if (path != null) {
      FileChannel old = channel;
      channel = append(path);
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
