package dev.argyle.server.account;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.jdbc4.JDBC4Connection;

/** Opens connections to the accounts database. */
final class SqliteFile {

  /** How long a writer waits for another process to finish its change. */
  static final int BUSY_MILLIS = 10_000;

  /** Pages in memory, a connection: the database is read by key, the kernel caches the file. */
  private static final int CACHE_KIBIOCTETS = 512;

  private final Path file;

  SqliteFile(Path file) {
    this.file = file;
  }

  /** Makes the file if it is missing, readable by its owner alone from the first octet. */
  void create() throws DataProblem {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException there) {
      // as it should be, but for the first time
    } catch (IOException failed) {
      throw new DataProblem(
          file + ": cannot be created: " + failed.getMessage() + "; give another --data", failed);
    }
  }

  Connection connect() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // acknowledged means on the disk
    config.setBusyTimeout(BUSY_MILLIS);
    config.setCacheSize(-CACHE_KIBIOCTETS);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    Properties properties = config.toProperties();
    return new JDBC4Connection("jdbc:sqlite:" + file, file.toString(), properties);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
