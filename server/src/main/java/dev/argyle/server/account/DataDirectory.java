package dev.argyle.server.account;

import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The data directory, locked by one server at a time. The lock is the kernel's: it ends with its
 * process, however that ends.
 */
public final class DataDirectory implements AutoCloseable {

  /** For a new file: only its owner may read and write it, from the first octet. */
  static final FileAttribute<?> OWNER_ONLY = permissions("rw-------");

  /**
   * A folder that a restore has filled and not yet emptied: what is beside it may be of before and
   * of the backup.
   */
  public static final String RESTORED = "restore.whole";

  /** Which certificate a running server's HTTP door shows; there is none without TLS. */
  public static final String HTTP_CERTIFICATE = "http-certificate.pem";

  private static final String LOCK_FILE = "lock";
  private static final String ANOTHER = "give another directory with --data";

  /** Who finds it locked tries so often, for {@link #isHeld} locks it for an instant. */
  private static final int TRIES = 20;

  private static final Duration PAUSE = Duration.ofMillis(10);

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
   * @throws DataProblem if another server has locked it, or if somebody else may write to it
   */
  public static DataDirectory hold(Path directory) throws DataProblem {
    DataDirectory held = hold(directory, StrictModes.ofServer());
    if (Files.exists(held.path.resolve(RESTORED))) {
      held.close();
      throw new DataProblem(
          held.path
              + ": argyle restore was cut off in the middle; run it again, with --force, before the"
              + " server starts");
    }
    return held;
  }

  /** As {@link #hold}, for a command that replaces what is in it. */
  public static DataDirectory holdToRestore(Path directory) throws DataProblem {
    return hold(directory, StrictModes.ofCommand());
  }

  private static DataDirectory hold(Path directory, StrictModes modes) throws DataProblem {
    Path path = make(directory);
    check(path, modes);
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
            + ": another server uses this directory; stop it, or give another directory with"
            + " --data");
  }

  /**
   * Checks, for a command that an operator gives, that nobody else may write to a data directory or
   * to what is believed of it.
   */
  public static void check(Path directory) throws DataProblem {
    Path path = directory.toAbsolutePath().normalize();
    StrictModes modes = StrictModes.ofCommand();
    check(path, modes);
    modes.check(path.resolve("endpoints.json")); // which a server does not read, nor this:
    modes.check(path.resolve(HTTP_CERTIFICATE));
  }

  /** As {@link #hold} does, for a server that reads its secret again. */
  public static void checkAgain(Path directory) throws DataProblem {
    check(directory.toAbsolutePath().normalize(), StrictModes.ofServer());
  }

  private static void check(Path path, StrictModes modes) throws DataProblem {
    modes.check(path);
    for (String file :
        List.of(AdminSecret.FILE, AccountBook.FILE, AccountBook.FILE + "-wal", LOCK_FILE)) {
      modes.check(path.resolve(file));
    }
  }

  /**
   * Whether there are accounts in this data directory; {@link AccountBook#open} would create them.
   *
   * @throws DataProblem if it cannot be told, since the directory is another user's, say
   */
  public static boolean hasAccounts(Path data) throws DataProblem {
    Path file = data.resolve(AccountBook.FILE);
    try {
      return Files.size(file) > 0;
    } catch (NoSuchFileException absent) {
      return false;
    } catch (IOException unreadable) {
      throw new DataProblem(
          file.toAbsolutePath().normalize() + ": " + FileFailure.advised(unreadable), unreadable);
    }
  }

  /**
   * Whether a server runs on this directory: whether its lock is held. Not for a process that holds
   * the lock itself: the kernel would take it away (POSIX: with the first descriptor that is
   * closed).
   *
   * @throws IOException if the lock may not be opened, so that nobody knows
   */
  public static boolean isHeld(Path directory) throws IOException {
    Path file = directory.toAbsolutePath().normalize().resolve(LOCK_FILE);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
      return lock == null; // else it ends with the channel
    } catch (OverlappingFileLockException ours) {
      return true;
    } catch (NoSuchFileException never) {
      return false;
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    for (int i = 1; !lockedAtOnce(channel); i++) {
      if (i == TRIES || !Pause.of(PAUSE)) {
        return false;
      }
    }
    return true;
  }

  private static boolean lockedAtOnce(FileChannel channel) throws IOException {
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

  /** The file of the lock. */
  public Path lockFile() {
    return path.resolve(LOCK_FILE);
  }

  /** Unlocks it. The lock file stays: removing it could let two servers lock. */
  @Override
  public void close() {
    closeQuietly(channel);
  }
}
