package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

@Tag("unit")
class StoreFailureTest {

  @TempDir Path data;

  private static String words(SQLiteErrorCode code) {
    return StoreFailure.advised(new SQLiteException("[" + code + "] x", code));
  }

  @ParameterizedTest
  @EnumSource(SQLiteErrorCode.class)
  void onlyADamagedFileIsReplacedByABackup(SQLiteErrorCode code) {
    boolean damaged =
        Arrays.asList(SQLiteErrorCode.SQLITE_CORRUPT.code, SQLiteErrorCode.SQLITE_NOTADB.code)
            .contains(code.code & 0xff);
    assertThat(words(code).contains("backup")).isEqualTo(damaged && code.code >= 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SQLITE_FULL|no space left on device; free some space
          SQLITE_READONLY|permission denied; change the owner
          SQLITE_READONLY_DIRECTORY|permission denied; change the owner
          SQLITE_PERM|permission denied; change the owner
          SQLITE_IOERR_WRITE|input/output error; the disk or its connection fails
          SQLITE_IOERR_FSYNC|input/output error; the disk or its connection fails
          SQLITE_BUSY|another process is writing to it; try again
          SQLITE_CORRUPT|the file is damaged or not an accounts database; restore a backup
          """)
  void eachFailureHasItsOwnWordsAndAdvice(SQLiteErrorCode code, String words) {
    assertThat(words(code)).startsWith(words);
  }

  @Test
  void damagedFileIsToldWithAdvice() throws Exception {
    Files.writeString(data.resolve(AccountBook.FILE), "this is not a database".repeat(500));
    assertThatThrownBy(() -> AccountBook.open(data, new dev.argyle.server.config.Accounts(null, 9)))
        .isInstanceOf(DataProblem.class)
        .hasMessage(
            data.resolve(AccountBook.FILE)
                + ": cannot be opened: the file is damaged or not an accounts database; restore a"
                + " backup, or give another --data");
  }

  @Test
  void directoryInPlaceOfTheDatabaseIsToldAsOne() throws Exception {
    Files.createDirectory(data.resolve(AccountBook.FILE));
    assertThatThrownBy(() -> AccountBook.open(data, new dev.argyle.server.config.Accounts(null, 9)))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("it is a directory");
  }

  /** 157 MiB stayed for ever after an import. */
  @Test
  void sizeThatTheWriteAheadLogIsCutBackToIsSet() throws Exception {
    try (AccountBook book = Book.open(data)) {
      book.add(Book.name("ana"), Book.octets("secret"), false);
      assertThat(
              new Sqlite(data.resolve(AccountBook.FILE))
                  .connect()
                  .number("PRAGMA journal_size_limit"))
          .isEqualTo(Sqlite.MAX_LOG_OCTETS);
    }
  }
}
