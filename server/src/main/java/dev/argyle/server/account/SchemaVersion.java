package dev.argyle.server.account;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether this version can open a database of accounts, by the two numbers that say who made it.
 */
public final class SchemaVersion {

  /** "Argy": the database is ours. */
  static final int APPLICATION_ID = 0x41726779;

  private static final int HEADER_OCTETS = 100;
  private static final int VERSION_OFFSET = 60;
  private static final int APPLICATION_OFFSET = 68;

  private SchemaVersion() {}

  /**
   * Looks at the accounts in a data directory, if there are any, by the header of their file
   * (SQLite's file format, section 1.3). Opens no database and waits for nobody; what a log beside
   * the file has newer is not seen.
   *
   * @throws DataProblem if another program has made the file, or a newer version
   * @throws IOException if it cannot be read
   */
  public static void check(Path data) throws DataProblem, IOException {
    Path file = data.resolve(AccountBook.FILE);
    if (Files.notExists(file)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      ByteBuffer header = ByteBuffer.wrap(in.readNBytes(HEADER_OCTETS));
      if (header.capacity() == HEADER_OCTETS) {
        boolean ours = header.getInt(APPLICATION_OFFSET) == APPLICATION_ID;
        checked(file, header.getInt(VERSION_OFFSET), ours);
      }
    }
  }

  /**
   * The schema of a file, which this version can open.
   *
   * @param version the file's user_version: how many steps it has behind it
   * @param ours whether its application_id is ours
   * @throws DataProblem as above
   */
  static long checked(Path file, long version, boolean ours) throws DataProblem {
    if (version > Sqlite.schema() && ours) {
      throw new DataProblem(
          file
              + ": created by a newer Argyle (schema "
              + version
              + ", this version supports "
              + Sqlite.schema()
              + "); use the newer version, or give another --data");
    }
    if (version > 0 != ours) {
      throw new DataProblem(file + ": not an Argyle database; give another --data");
    }
    return version;
  }
}
