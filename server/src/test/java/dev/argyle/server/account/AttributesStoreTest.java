package dev.argyle.server.account;

import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.OwnAttributes;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An account's plan and own limits in the database. */
@Timeout(60)
@Tag("unit")
class AttributesStoreTest {

  @TempDir Path folder;

  private static OwnAttributes own(AccountBook book, String user) {
    return requireNonNull(book.find(name(user))).own();
  }

  private static void importCheap(AccountBook book, String user) {
    book.importAll(List.of(new ImportFile.Line(name(user), Book.CHEAP, true, 1)));
  }

  @Test
  void whatIsSetIsOnTheDiskAndChangesTheStamp() throws Exception {
    try (AccountBook book = Book.open(folder)) {
      importCheap(book, "ana");
      long before = requireNonNull(book.find(name("ana"))).changedMillis();
      assertThat(book.setAttributes(name("ana"), Map.of("plan", "basic", "connections", "5")))
          .isEqualTo(new Outcome.Done());
      assertThat(requireNonNull(book.find(name("ana"))).changedMillis()).isGreaterThan(before);
    }
    try (AccountBook book = Book.open(folder)) {
      assertThat(own(book, "ana").texts()).isEqualTo(Map.of("plan", "basic", "connections", "5"));
      Map<String, @Nullable String> away = new HashMap<>();
      away.put("plan", null);
      away.put("connections", null);
      book.setAttributes(name("ana"), away);
      assertThat(own(book, "ana")).isSameAs(OwnAttributes.NONE);
    }
  }

  @Test
  void aMistakeChangesNothing() {
    try (AccountBook book = Book.open(folder)) {
      importCheap(book, "ana");
      Outcome outcome =
          book.setAttributes(name("ana"), Map.of("connections", "5", "opens.rate", "often"));
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Invalid.class,
              wrong -> assertThat(wrong.reason()).startsWith("opens.rate: "));
      assertThat(own(book, "ana")).isSameAs(OwnAttributes.NONE);
      assertThat(book.setAttributes(name("mia"), Map.of("connections", "5")))
          .isEqualTo(new Outcome.NoSuchUser());
      book.addTemporary(name("tom"), octets("secret"));
      assertThat(book.setAttributes(name("tom"), Map.of("connections", "5")))
          .isEqualTo(new Outcome.OfThisRun());
    }
  }

  @Test
  void everyLoginAfterAChangeSeesItWhicheverProcessMadeIt() {
    try (AccountBook book = Book.open(folder);
        AccountBook other = Book.open(folder)) {
      importCheap(book, "ana");
      List<AccountEvent> events = new CopyOnWriteArrayList<>();
      book.onEvent(events::add);
      assertThat(login(book, "ana", "secret")).isInstanceOf(Verdict.Accepted.class);
      other.setAttributes(name("ana"), Map.of("connections", "5"));
      assertThat(login(book, "ana", "secret"))
          .isInstanceOfSatisfying(
              Verdict.Accepted.class,
              accepted ->
                  assertThat(accepted.user().own().texts()).isEqualTo(Map.of("connections", "5")));
      Awaitility.await().until(() -> !events.isEmpty());
      assertThat(events).contains(new AccountEvent.AttributesChanged("ana"));
      assertThat(requireNonNull(book.current("ana")).own().texts()).containsKey("connections");
    }
  }

  @Test
  void exportAndImportMakeTheSameAccount() throws Exception {
    List<String> lines = new ArrayList<>();
    OwnAttributes own;
    try (AccountBook book = Book.open(Files.createDirectory(folder.resolve("one")))) {
      importCheap(book, "ana");
      importCheap(book, "ben");
      book.setAttributes(
          name("ana"),
          Map.of("note", "half: 50 %, \"x\"", "from", "2001:db8::/32, 10.0.0.0/8", "plan", "p"));
      own = own(book, "ana");
      book.export(lines::add);
    }
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).doesNotContain("attributes");
    byte[] file = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    try (AccountBook book = Book.open(Files.createDirectory(folder.resolve("two")))) {
      ImportFile.Read read = ImportFile.read(new ByteArrayInputStream(file));
      assertThat(read).isInstanceOf(ImportFile.Lines.class);
      List<ImportFile.Line> found = ((ImportFile.Lines) read).lines();
      assertThat(book.importAll(found)).isEqualTo(new ImportFile.Imported(2, 0));
      assertThat(own(book, "ana")).isEqualTo(own);
      assertThat(own(book, "ben")).isSameAs(OwnAttributes.NONE);
      assertThat(book.importAll(found)).isEqualTo(new ImportFile.Imported(0, 2));
      book.setAttributes(name("ana"), Map.of("plan", "other"));
      assertThat(book.importAll(found, ImportFile.Existing.UPDATE))
          .isEqualTo(new ImportFile.Imported(0, 1, 1, 0, 0));
      assertThat(own(book, "ana")).isEqualTo(own);
    }
  }

  @Test
  void aLineWithAttributesThatDoNotFitIsAProblemOfItsLine() throws Exception {
    String line = "ana:" + Book.CHEAP + ":created=1,changed=1,last=0,attributes=connections%3Dx\n";
    assertThat(ImportFile.read(new ByteArrayInputStream(octets(line))))
        .isInstanceOfSatisfying(
            ImportFile.Rejected.class,
            rejected ->
                assertThat(rejected.problems().getFirst().reason())
                    .startsWith("attributes: ")
                    .contains("connections"));
  }

  @Test
  void aFileOfThreeStepsIsTakenAlongWithItsAccounts() throws Exception {
    Path file = folder.resolve(AccountBook.FILE);
    try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = old.createStatement()) {
      for (String step : Sqlite.steps(3)) {
        statement.executeUpdate(step);
      }
      statement.executeUpdate("PRAGMA application_id = " + 0x41726779);
      statement.executeUpdate("PRAGMA user_version = 3");
      statement.executeUpdate(
          "INSERT INTO account (name, hash, admin, enabled, created, changed, viewer)"
              + " VALUES (x'616e61', '"
              + Book.CHEAP
              + "', 1, 1, 5, 6, 1)");
    }
    try (AccountBook book = Book.open(folder)) {
      Account ana = requireNonNull(book.find(name("ana")));
      assertThat(ana.admin() && ana.viewer() && ana.enabled()).isTrue();
      assertThat(ana.changedMillis()).isEqualTo(6);
      assertThat(ana.own()).isSameAs(OwnAttributes.NONE);
      assertThat(login(book, "ana", "secret")).isInstanceOf(Verdict.Accepted.class);
      book.setAttributes(name("ana"), Map.of("connections", "7"));
      assertThat(own(book, "ana").texts()).isEqualTo(Map.of("connections", "7"));
    }
  }
}
