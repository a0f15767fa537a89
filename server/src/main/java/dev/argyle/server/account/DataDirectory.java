package dev.argyle.server.account;

import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data directory, locked by one server at a time. The lock is the kernel's: it ends with its
 * process, however that ends.
 */
public final class DataDirectory implements AutoCloseable {

  /** For a new file: only its owner may read and write it, from the first octet. */
  static final FileAttribute<?> OWNER_ONLY = permissions("rw-------");

  private static final String LOCK_FILE = "lock";
  private static final String ANOTHER = "give another directory with --data";

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates the directory if it is missing, for its owner alone.
   *
   * @return the directory, absolute
   */
  public static Path make(Path directory) throws DataProblem {
    Path absolute = directory.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(absolute)) {
        Files.createDirectories(absolute, permissions("rwx------"));
      }
      return absolute;
    } catch (IOException failed) {
      throw new DataProblem(
          absolute
              + ": cannot be created: "
              + (Files.exists(absolute)
                  ? "it is no directory; " + ANOTHER
                  : FileFailure.advised(failed, ANOTHER)),
          failed);
    }
  }

  /**
   * Creates the directory if it is missing, and locks it for a server until {@link #close}.
   *
   * @throws DataProblem if another server has locked it
   */
  public static DataDirectory hold(Path directory) throws DataProblem {
    Path path = make(directory);
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              path.resolve(LOCK_FILE),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OWNER_ONLY);
      if (locked(channel)) {
        return new DataDirectory(path, channel);
      }
      channel.close();
    } catch (IOException failed) {
      closeQuietly(channel);
      throw new DataProblem(
          path + ": cannot be used: " + FileFailure.advised(failed, ANOTHER), failed);
    }
    throw new DataProblem(
        path
            + ": another server uses this directory; stop it, or give another directory with --data");
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException ours) {
      return false; // another server in this process
    }
  }

  private static FileAttribute<?> permissions(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException failed) {
      // the first failure is the one to tell
    }
  }

  /** The directory, absolute. */
  public Path path() {
    return path;
  }

  /** Unlocks it. The lock file stays: removing it could let two servers lock. */
  @Override
  public void close() {
    closeQuietly(channel);
  }
}
