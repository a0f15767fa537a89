package dev.argyle.server.account;

import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** Copies of the accounts' database, for backups. */
public final class AccountCopy {

  private AccountCopy() {}

  /** The schema that this version writes; it opens this one and older ones. */
  public static int schema() {
    return Sqlite.schema();
  }

  /**
   * Copies the accounts as they are at one moment. A server and other commands may change them
   * meanwhile, and do not wait. Blocks for as long as it takes to read all of them.
   *
   * @param target a file that is not there; only its owner may read it
   * @throws DataProblem if there are no accounts, or those of a newer version, or if it fails
   */
  public static void write(Path data, Path target) throws DataProblem {
    Path file = data.resolve(AccountBook.FILE);
    try {
      Files.createFile(target, DataDirectory.OWNER_ONLY);
      new Sqlite(file).copyTo(target);
    } catch (IOException failed) {
      throw new DataProblem(target + ": " + FileFailure.advised(failed), failed);
    } catch (AccountStoreException failed) {
      throw problem(file, "cannot be copied to " + target.getParent(), target, failed);
    }
  }

  /**
   * Checks a copy that nobody uses yet.
   *
   * @return how many accounts it has
   * @throws DataProblem if it is damaged, or another program's, or a newer version's
   */
  public static long check(Path file) throws DataProblem {
    try {
      return new Sqlite(file).check();
    } catch (AccountStoreException failed) {
      throw problem(file, "cannot be opened", file, failed);
    }
  }

  private static DataProblem problem(
      Path file, String what, Path where, AccountStoreException failed) {
    return new DataProblem(
        file
            + ": "
            + what
            + ": "
            + (failed.getCause() instanceof SQLException cause
                ? StoreFailure.advised(cause, where)
                : failed.getMessage()),
        failed);
  }
}
