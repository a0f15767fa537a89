package dev.argyle.server.backup;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountCopy;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.config.FileFailure;
import dev.argyle.server.history.History;
import dev.argyle.server.history.HistoryCopy;
import dev.argyle.server.history.Usage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts a backup into a data directory that no server uses. It is unpacked and checked beside what
 * is there, which is removed only when all of the backup is on the disk. If the process ends in
 * between, the directory is as before, or a server refuses to start on it.
 */
public final class Restore {

  private static final FileAttribute<?> OWNERS_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final String PART = "restore.part";

  /** What a backup holds. */
  private static final List<String> RESTORED =
      List.of(AccountBook.FILE, Usage.FILE, AdminSecret.FILE, History.FOLDER);

  /** What belongs to the files of before. */
  private static final List<String> BESIDE =
      List.of(
          AccountBook.FILE + "-wal",
          AccountBook.FILE + "-shm",
          Usage.FILE + "-wal",
          Usage.FILE + "-shm",
          "endpoints.json");

  /**
   * What was restored.
   *
   * @param version of the Argyle that wrote the backup
   * @param created when it was written
   * @param accounts how many
   */
  public record Done(String version, String created, long accounts) {}

  private final Path data;
  private final boolean force;

  /**
   * @param force also if the directory has accounts, secrets, usage or history, which are removed
   */
  public Restore(Path data, boolean force) {
    this.data = data.toAbsolutePath().normalize();
    this.force = force;
  }

  /**
   * Restores from a file.
   *
   * @throws DataProblem if a server uses the directory, if there is something in it, if the backup
   *     cannot be used, or if it fails
   */
  public Done from(Path backup) throws DataProblem {
    try (InputStream in = Files.newInputStream(backup)) {
      return from(in, backup.toString());
    } catch (IOException failed) {
      throw new DataProblem(
          backup + ": cannot be read: " + FileFailure.advised(failed, "name another file"), failed);
    }
  }

  /**
   * Restores from a stream, which is not closed.
   *
   * @param name for messages
   */
  public Done from(InputStream in, String name) throws DataProblem {
    try (DataDirectory held = DataDirectory.holdToRestore(data)) {
      refuseToReplace();
      try {
        return replace(held, name, new BufferedInputStream(in));
      } catch (IOException failed) {
        throw new DataProblem(
            data + ": cannot be written: " + FileFailure.advised(failed, "nothing was restored"),
            failed);
      }
    }
  }

  private void refuseToReplace() throws DataProblem {
    for (String name : RESTORED) {
      if (!force && Files.exists(data.resolve(name))) {
        throw new DataProblem(
            data
                + ": has "
                + name
                + " already; give another directory with --data, or --force to replace what is"
                + " there");
      }
    }
  }

  private Done replace(DataDirectory held, String name, InputStream in)
      throws IOException, DataProblem {
    Path part = data.resolve(PART);
    Path whole = data.resolve(DataDirectory.RESTORED);
    Durable.delete(part); // of a restore that was cut off
    Files.createDirectory(part, OWNERS_FOLDER);
    Manifest manifest;
    long accounts;
    try {
      manifest = new BackupReader(name, in).unpack(part);
      accounts = checked(part, name);
      giveToOwner(part);
      giveToOwner(held.lockFile());
      Durable.folder(part);
    } catch (IOException | DataProblem failed) {
      Durable.delete(part);
      throw failed;
    }
    Durable.delete(whole);
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
    Durable.folder(data);
    // From here on what was there goes; a server refuses to start while `whole` is there.
    for (String file : Stream.concat(RESTORED.stream(), BESIDE.stream()).toList()) {
      Durable.delete(data.resolve(file));
    }
    for (String file : RESTORED) {
      if (Files.exists(whole.resolve(file))) {
        Files.move(whole.resolve(file), data.resolve(file), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    Durable.folder(data);
    Durable.delete(whole);
    Durable.folder(data);
    return new Done(manifest.version(), manifest.created(), accounts);
  }

  /** How many accounts there are; throws if this version cannot open what was unpacked. */
  private static long checked(Path part, String name) throws DataProblem {
    if (!Files.exists(part.resolve(AccountBook.FILE))) {
      throw new DataProblem(name + ": has no accounts; use another backup");
    }
    Path usage = part.resolve(Usage.FILE);
    try {
      long count = AccountCopy.check(part.resolve(AccountBook.FILE));
      if (Files.exists(usage)) {
        HistoryCopy.checkUsage(usage);
      }
      return count;
    } catch (DataProblem unusable) { // names the file, not where it was unpacked
      String words = String.valueOf(unusable.getMessage());
      throw new DataProblem(name + ": " + words.replace(part + "/", ""), unusable);
    } catch (IOException unusable) {
      String words = FileFailure.advised(unusable, "use the newer version");
      throw new DataProblem(name + ": " + Usage.FILE + ": " + words, unusable);
    }
  }

  /** Root may restore for the user of the server: who owns the directory owns what is in it. */
  private void giveToOwner(Path path) throws IOException {
    PosixFileAttributes directory =
        Files.getFileAttributeView(data, PosixFileAttributeView.class).readAttributes();
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.toList()) {
        PosixFileAttributeView view =
            Files.getFileAttributeView(
                each, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!view.readAttributes().owner().equals(directory.owner())) {
          view.setOwner(directory.owner());
          view.setGroup(directory.group());
        }
      }
    }
  }
}
