package dev.argyle.server.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Why the accounts' database failed, and what to do, in words for people. Only a damaged file is
 * replaced by a backup: after a full disk, a missing permission or an I/O error the accounts are
 * still in it, and a backup in its place would destroy them.
 */
final class StoreFailure {

  /**
   * SQLite's result codes have the kind of failure in their low octet (sqlite.org/rescode.html).
   */
  private static final int KIND = 0xff;

  /** A disk with less room than this is full: SQLite writes pages of 4 KiB, and several at once. */
  private static final long ROOM_OCTETS = 64 << 10;

  private static final String PERMISSION =
      "permission denied; change the owner of the data directory and its files, or run this as the"
          + " user that the server runs as";
  private static final String FULL =
      "no space left on device; free some space on that disk, and try again; the accounts that"
          + " are there are unharmed";
  private static final String IO =
      "input/output error; the disk or its connection fails, see the kernel's log (dmesg); do not"
          + " replace the file before the disk is in order";

  private StoreFailure() {}

  /** A database that cannot be opened. */
  static DataProblem opening(Path file, AccountStoreException failed) {
    return new DataProblem(
        file
            + ": cannot be opened: "
            + (failed.getCause() instanceof SQLException cause
                ? advised(cause, file)
                : failed.getMessage()),
        failed);
  }

  /** {@code REASON; ADVICE}. */
  static String advised(SQLException failure) {
    return advised(failure, null);
  }

  /**
   * As above.
   *
   * @param file the database, which is looked at where SQLite's code alone has several reasons;
   *     null: it is not known
   */
  static String advised(SQLException failure, @Nullable Path file) {
    if (!(failure instanceof SQLiteException sqlite)) {
      return String.valueOf(failure.getMessage());
    }
    return switch (kind(sqlite)) {
      case SQLITE_FULL -> FULL;
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> readOnly(file);
      case SQLITE_CANTOPEN -> cannotOpen(file);
      case SQLITE_IOERR -> isFull(file) ? FULL : IO;
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          "the file is damaged or not an accounts database; restore a backup, or give another"
              + " --data";
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
          "another process is writing to it; try again when that has finished";
      case SQLITE_NOMEM -> "out of memory; the accounts that are there are unharmed";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static SQLiteErrorCode kind(SQLiteException failure) {
    return SQLiteErrorCode.getErrorCode(failure.getResultCode().code & KIND);
  }

  private static String readOnly(@Nullable Path file) {
    return file != null && isReadOnlyDisk(file)
        ? "read-only file system; mount it for writing, or give another --data"
        : PERMISSION;
  }

  private static String cannotOpen(@Nullable Path file) {
    if (file != null && Files.isDirectory(file)) {
      return "it is a directory; move it away, or give another --data";
    }
    if (isFull(file)) {
      return FULL;
    }
    if (file != null && !(Files.isReadable(file) && Files.isWritable(folder(file)))) {
      return readOnly(file);
    }
    return "the file or its journal cannot be opened; check the permissions of the data directory,"
        + " and the limit of open files (ulimit -n, LimitNOFILE=)";
  }

  private static boolean isFull(@Nullable Path file) {
    try {
      return file != null && Files.getFileStore(folder(file)).getUsableSpace() < ROOM_OCTETS;
    } catch (IOException unknown) {
      return false;
    }
  }

  private static boolean isReadOnlyDisk(Path file) {
    try {
      return Files.getFileStore(folder(file)).isReadOnly();
    } catch (IOException unknown) {
      return false;
    }
  }

  private static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }
}
