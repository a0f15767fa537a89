package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.config.Accounts;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Data directories that older versions made, in {@code src/test/resources/older}: one for each
 * schema that was ever on the main branch. Each has the first administrator, ana, eva (an
 * administrator), and tom, who was renamed and is disabled. A new schema gets another one.
 */
@Tag("fault")
class OlderVersionsTest {

  private static final Path OLDER = Path.of("src/test/resources/older");

  @TempDir Path data;

  private void take(int schema) throws IOException {
    for (String name : List.of(AccountBook.FILE, AdminSecret.FILE)) {
      Files.copy(OLDER.resolve("schema-" + schema).resolve(name), data.resolve(name));
    }
  }

  private static byte[] password(String of) {
    return ("password of " + of).getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void accountsOfAnOlderVersionAreOpenedUpdatedAndAllThere(int schema) throws Exception {
    take(schema);
    for (int start = 0; start < 2; start++) { // the second finds nothing to update
      try (AccountBook book = Book.open(data)) {
        assertThat(book.list(null, 10).stream().map(account -> account.name().text()))
            .containsExactly("admin", "ana", "eva", "tom");
        assertThat(Book.login(book, "ana", "password of ana")).isInstanceOf(Verdict.Accepted.class);
        assertThat(Book.login(book, "ana", "password of eva")).isEqualTo(Book.refused());
        assertThat(Book.login(book, "eva", "password of eva"))
            .isInstanceOfSatisfying(
                Verdict.Accepted.class, accepted -> assertThat(accepted.user().admin()).isTrue());
        assertThat(Book.login(book, "tom", "password of old name"))
            .isNotInstanceOf(Verdict.Accepted.class);
        AdminSecret secret = AdminSecret.readOrMake(data, book);
        assertThat(secret.fresh()).isFalse();
        assertThat(Book.login(book, secret.username(), secret.password()))
            .isInstanceOf(Verdict.Accepted.class);
        assertThat(book.list(null, 10)).noneMatch(Account::viewer);
        assertThat(book.list(null, 10)).allMatch(account -> account.used().up() == 0);
        assertThat(book.list(null, 10).get(1).own().plan()).isEqualTo(schema < 4 ? null : "basic");
      }
    }
    assertThat(AccountCopy.check(data.resolve(AccountBook.FILE))).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void everyChangeOfThisVersionWorksThereAndIsAnnounced(int schema) throws Exception {
    take(schema);
    List<AccountEvent> events = new ArrayList<>();
    try (AccountBook book = Book.open(data)) {
      book.onEvent(events::add);
      assertThat(book.setViewer(UserName.of("ana"), true)).isInstanceOf(Outcome.Done.class);
      assertThat(book.setEnabled(UserName.of("tom"), true)).isInstanceOf(Outcome.Done.class);
      assertThat(book.changePassword(UserName.of("ana"), password("now")))
          .isInstanceOf(Outcome.Done.class);
      assertThat(book.rename(UserName.of("tom"), UserName.of("tim")))
          .isInstanceOf(Outcome.Done.class);
      assertThat(book.add(UserName.of("joe"), password("joe"), false))
          .isInstanceOf(Outcome.Done.class);
      assertThat(book.remove(UserName.of("eva"))).isInstanceOf(Outcome.Done.class);
      assertThat(Book.login(book, "ana", "password of now")).isInstanceOf(Verdict.Accepted.class);
      assertThat(Book.login(book, "tim", "password of old name"))
          .isInstanceOf(Verdict.Accepted.class);
      assertThat(book.list(null, 10).stream().filter(Account::viewer)).hasSize(1);
    }
    assertThat(events).anyMatch(event -> event instanceof AccountEvent.Removed);
    assertThat(events).hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void everySchemaOfThePastHasADirectoryHere() {
    for (int schema = 1; schema < Sqlite.schema(); schema++) {
      assertThat(OLDER.resolve("schema-" + schema).resolve(AccountBook.FILE))
          .as("made by a version with this schema; keep one when the schema changes")
          .exists();
    }
  }

  @Test
  void accountsOfANewerVersionAreRefusedInWordsAndLeftAsTheyAre() throws Exception {
    take(3);
    Path file = data.resolve(AccountBook.FILE);
    byte[] newer = Files.readAllBytes(file);
    newer[63] = (byte) (Sqlite.schema() + 1); // user_version, sqlite.org/fileformat.html
    Files.write(file, newer);
    assertThatThrownBy(() -> AccountBook.open(data, new Accounts(null, 100)))
        .isInstanceOf(DataProblem.class)
        .hasMessage(
            file
                + ": created by a newer Argyle (schema "
                + (Sqlite.schema() + 1)
                + ", this version supports "
                + Sqlite.schema()
                + "); use the newer version, or give another --data");
    assertThat(Files.readAllBytes(file)).isEqualTo(newer);
    assertThatThrownBy(() -> AccountCopy.check(file)).isInstanceOf(DataProblem.class);
    assertThatThrownBy(() -> AccountCopy.write(data, data.resolve("copy")))
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining("newer Argyle");
  }
}
