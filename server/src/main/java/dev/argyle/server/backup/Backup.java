package dev.argyle.server.backup;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountCopy;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.config.FileFailure;
import dev.argyle.server.history.HistoryCopy;
import dev.argyle.server.history.Usage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;

/**
 * Writes a backup of a data directory, whether a server runs on it or not; nobody waits for it. The
 * accounts are those of one moment, the usage is that of one moment a little later, and the history
 * has every entry that was written by then.
 *
 * <p>A backup that fails leaves nothing: it is written beside its place, and gets its name when it
 * is whole and on the disk.
 */
public final class Backup {

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> OWNERS_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final String WORK = ".argyle-backup-";
  private static final int BUFFER_OCTETS = 64 << 10;

  private final Path data;
  private final String version;

  /**
   * @param version of this Argyle, which the backup tells
   */
  public Backup(Path data, String version) {
    this.data = data.toAbsolutePath().normalize();
    this.version = version;
  }

  /**
   * Writes it to a file, which only its owner may read.
   *
   * @param replace also if there is one of this name
   * @return its size in octets
   * @throws DataProblem if it fails; then there is no such file, or the old one
   */
  public long write(Path file, boolean replace) throws DataProblem {
    Path target = file.toAbsolutePath().normalize();
    if (Files.isDirectory(target)) {
      throw new DataProblem(target + ": is a directory; name a file in it");
    }
    if (Files.exists(target) && !Files.isRegularFile(target)) { // its name would be taken away
      throw new DataProblem(target + ": is not a file; use - for standard output");
    }
    if (!replace && Files.exists(target)) {
      throw new DataProblem(target + ": exists already; name another file, or give --force");
    }
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new DataProblem(target + ": there is no such directory; create it first");
    }
    try (Work work = new Work(folder)) {
      Path part = work.path("backup");
      Set<StandardOpenOption> create =
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(part, create, OWNER_ONLY)) {
        write(Channels.newOutputStream(channel), work);
        channel.force(true);
      }
      long octets = Files.size(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      Durable.folder(folder);
      return octets;
    } catch (IOException failed) {
      throw new DataProblem(
          target + ": cannot be written: " + FileFailure.advised(failed, "name another file"),
          failed);
    }
  }

  /**
   * Writes it to a stream, which is not closed.
   *
   * @throws DataProblem if it fails; what was written is no backup then, and a restore says so
   */
  public void write(OutputStream out) throws DataProblem {
    try (Work work = new Work(data)) {
      write(out, work);
    } catch (IOException failed) {
      throw new DataProblem(
          "standard output: " + FileFailure.advised(failed) + "; the backup is not complete",
          failed);
    }
  }

  private void write(OutputStream out, Work work) throws IOException, DataProblem {
    OutputStream buffered = new BufferedOutputStream(out, BUFFER_OCTETS);
    BackupWriter archive = new BackupWriter(buffered);
    FileTime now = FileTime.from(Instant.now());
    byte[] manifest = Manifest.ofNow(version).json();
    archive.add(Entry.MANIFEST, now, entry -> entry.write(manifest));

    Path accounts = work.path(AccountBook.FILE);
    AccountCopy.write(data, accounts);
    add(archive, AccountBook.FILE, accounts);
    Files.delete(accounts); // its room may be needed

    if (Files.exists(data.resolve(Usage.FILE))) {
      Path usage = Files.createFile(work.path(Usage.FILE), OWNER_ONLY);
      copyUsage(usage);
      add(archive, Usage.FILE, usage);
    }
    Path secret = data.resolve(AdminSecret.FILE);
    if (Files.exists(secret)) {
      add(archive, AdminSecret.FILE, secret);
    }
    for (Path file : HistoryCopy.files(data)) {
      addHistory(archive, file);
    }
    archive.finish();
    buffered.flush();
  }

  private void copyUsage(Path target) throws DataProblem {
    try {
      HistoryCopy.writeUsage(data, target);
    } catch (IOException failed) {
      throw new DataProblem(
          data.resolve(Usage.FILE)
              + ": cannot be copied: "
              + FileFailure.advised(failed, "use the newer version, or move the file away"),
          failed);
    }
  }

  private static void add(BackupWriter archive, String name, Path file) throws IOException {
    archive.add(name, Files.getLastModifiedTime(file), entry -> Files.copy(file, entry));
  }

  private static void addHistory(BackupWriter archive, Path file) throws IOException {
    try (FileChannel channel = HistoryCopy.open(file)) {
      archive.add(
          Entry.ofHistory(String.valueOf(file.getFileName())),
          Files.getLastModifiedTime(file),
          entry -> HistoryCopy.write(channel, entry));
    } catch (NoSuchFileException removed) {
      // the oldest file goes when there is too much
    }
  }

  /** A folder for copies and for what is not whole yet; goes with all that is in it. */
  private static final class Work implements AutoCloseable {

    private final Path folder;

    Work(Path beside) throws IOException {
      folder = Files.createTempDirectory(beside, WORK, OWNERS_FOLDER);
    }

    Path path(String name) {
      return folder.resolve(name);
    }

    @Override
    public void close() throws IOException {
      Durable.delete(folder);
    }
  }
}
