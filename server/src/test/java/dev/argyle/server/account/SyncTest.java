package dev.argyle.server.account;

import static dev.argyle.server.account.Book.CHEAP;
import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Importing where accounts are already, and what an export carries. */
@Tag("unit")
class SyncTest {

  private static final String OTHER = CHEAP.replace("OQ", "OR");

  @TempDir Path data;
  private AccountBook book;

  @BeforeEach
  void open() {
    book = Book.open(data);
  }

  @AfterEach
  void close() {
    book.close();
  }

  private static List<ImportFile.Line> lines(String text) throws IOException {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    ImportFile.Read read = ImportFile.read(new ByteArrayInputStream(octets));
    assertThat(read).isInstanceOf(ImportFile.Lines.class);
    return ((ImportFile.Lines) read).lines();
  }

  private ImportFile.Outcome sync(ImportFile.Existing existing, String text) throws IOException {
    return book.importAll(lines(text), existing);
  }

  private List<String> exported() {
    List<String> all = new ArrayList<>();
    book.export(all::add);
    return all;
  }

  @Test
  void exportMakesTheSameAccountsElsewhere(@TempDir Path elsewhere) throws IOException {
    book.add(name("root"), octets("secret"), true);
    book.importAll(lines("ana:" + CHEAP + "\nbea:!" + CHEAP + "\nodd\\x0A:x:" + CHEAP));
    book.touch("ana", 5_000);
    book.setAdmin(name("ana"), true);
    List<String> all = exported();
    assertThat(all.getFirst()).matches("ana:\\$2b.*:admin,created=\\d+,changed=\\d+,last=5000");
    try (AccountBook other = Book.open(elsewhere)) {
      assertThat(other.importAll(lines(String.join("\n", all))))
          .isEqualTo(new ImportFile.Imported(4, 0));
      List<String> again = new ArrayList<>();
      other.export(again::add);
      assertThat(again).isEqualTo(all);
      assertThat(other.list(null, 10)).isEqualTo(book.list(null, 10));
      assertThat(other.importAll(lines(String.join("\n", all))))
          .isEqualTo(new ImportFile.Imported(0, 4));
    }
  }

  @Test
  void accountWhoseHashWasUpgradedAtALoginCountsAsTheSame() throws IOException {
    sync(ImportFile.Existing.REJECT, "ana:" + CHEAP);
    assertThat(login(book, "ana", "secret")).isInstanceOf(Verdict.Accepted.class);
    assertThat(exported().getFirst()).startsWith("ana:$argon2id$");
    assertThat(sync(ImportFile.Existing.REJECT, "ana:" + CHEAP))
        .isEqualTo(new ImportFile.Imported(0, 1));
    book.changePassword(name("ana"), octets("another"));
    assertThat(sync(ImportFile.Existing.REJECT, "ana:" + CHEAP))
        .isInstanceOf(ImportFile.Rejected.class);
  }

  @Test
  void skipLeavesUpdateChangesAndReplaceRemoves() throws IOException {
    book.add(name("root"), octets("secret"), true);
    sync(ImportFile.Existing.REJECT, "ana:" + CHEAP + "\nbea:" + CHEAP + "\neva:" + CHEAP);
    String file = "ana:" + OTHER + "\nbea:" + CHEAP + "\nnew:" + CHEAP;
    assertThat(sync(ImportFile.Existing.SKIP, file))
        .isEqualTo(new ImportFile.Imported(1, 1, 0, 1, 0));
    assertThat(exported().getFirst()).startsWith("ana:" + CHEAP);
    List<AccountEvent> changes = new ArrayList<>();
    book.onEvent(changes::add);
    assertThat(sync(ImportFile.Existing.UPDATE, file))
        .isEqualTo(new ImportFile.Imported(0, 2, 1, 0, 0));
    assertThat(exported().getFirst()).startsWith("ana:" + OTHER);
    assertThat(sync(ImportFile.Existing.REPLACE, file))
        .isEqualTo(new ImportFile.Imported(0, 3, 0, 0, 1));
    assertThat(changes)
        .as("open connections end as after any other change")
        .containsExactly(new AccountEvent.PasswordChanged("ana"), new AccountEvent.Removed("eva"));
    assertThat(book.names(null, 10))
        .as("a short file removes no administrator")
        .containsExactly(name("ana"), name("bea"), name("new"), name("root"));
  }

  @Test
  void fileThatWouldLeaveNoAdministratorChangesNothing() throws IOException {
    book.add(name("root"), octets("secret"), true);
    List<String> before = exported();
    assertThat(sync(ImportFile.Existing.UPDATE, "ana:" + CHEAP + "\nroot:!" + CHEAP))
        .isEqualTo(new ImportFile.LastAdministrator());
    assertThat(exported()).isEqualTo(before);
  }

  @Test
  void accountsOfTheFirstSchemaAreUpgraded() throws Exception {
    sync(ImportFile.Existing.REJECT, "ana:" + CHEAP);
    book.close();
    try (Connection connection = AccountBookTest.raw(data);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TRIGGER usage_of_removed");
      statement.execute("DROP TABLE usage");
      statement.execute("DROP INDEX address_only");
      statement.execute("ALTER TABLE account DROP COLUMN imported");
      statement.execute("DROP TRIGGER account_attributes");
      statement.execute("ALTER TABLE account DROP COLUMN attributes");
      statement.execute("DROP TRIGGER account_flags");
      statement.execute("ALTER TABLE account DROP COLUMN viewer");
      statement.execute("PRAGMA user_version = 1");
    }
    book = Book.open(data);
    assertThat(login(book, "ana", "secret")).isInstanceOf(Verdict.Accepted.class);
    assertThat(book.setViewer(name("ana"), true)).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void viewerIsExportedAndImported() throws IOException {
    sync(ImportFile.Existing.REJECT, "ana:" + CHEAP);
    book.setViewer(name("ana"), true);
    List<String> lines = exported();
    assertThat(lines.getFirst()).contains(":viewer,created=");
    book.setViewer(name("ana"), false);
    sync(ImportFile.Existing.UPDATE, String.join("\n", lines));
    assertThat(Objects.requireNonNull(book.find(name("ana"))).viewer()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ana:HASH:19000:0:99999:7:::      | ana | true",
        "ana:!HASH:19000:0:99999:7:::     | ana | false",
        "ana:HASH::::::20000:             | ana | false",
        "ana:HASH::::::99999:             | ana | true",
        "daemon:*:19000:0:99999:7:::      | daemon | false",
        "ana:!!:19000:0:99999:7:::        | ana | false",
        "a:!:1:2:3:4:5:6:HASH             | a:!:1:2:3:4:5:6 | true",
      })
  void linesOfShadowAreTakenWhole(String line, String user, boolean enabled) throws IOException {
    ImportFile.Line read = lines(line.replace("HASH", CHEAP)).getFirst();
    assertThat(read.name()).isEqualTo(name(user));
    assertThat(read.enabled()).isEqualTo(enabled);
    assertThat(read.hash()).isEqualTo(line.contains("HASH") ? CHEAP : "*");
    assertThat(Objects.isNull(read.details())).isTrue();
  }
}
