package dev.argyle.server.backup;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.history.History;
import dev.argyle.server.history.HistoryCopy;
import dev.argyle.server.history.Usage;

/**
 * The names in a backup, which is a ZIP archive: the manifest first, then files by their names in
 * the data directory, then the checksums of all of them as sha256sum(1) writes them.
 */
final class Entry {

  static final String MANIFEST = "argyle-backup.json";
  static final String CHECKSUMS = "SHA256SUMS";
  static final String ALGORITHM = "SHA-256";

  private static final String HISTORY = History.FOLDER + "/";

  private Entry() {}

  static String ofHistory(String file) {
    return HISTORY + file;
  }

  /** Whether a file of the data directory may have this name: no name leads out of it. */
  static boolean isFile(String name) {
    return name.equals(AccountBook.FILE)
        || name.equals(Usage.FILE)
        || name.equals(AdminSecret.FILE)
        || (name.startsWith(HISTORY) && HistoryCopy.isName(name.substring(HISTORY.length())));
  }
}
