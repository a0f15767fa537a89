package dev.argyle.server.account;

import static dev.argyle.server.account.Book.CHEAP;
import static dev.argyle.server.account.Book.NOW_MILLIS;
import static dev.argyle.server.account.Book.accepted;
import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static dev.argyle.server.account.Book.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.UserName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class AccountBookTest extends AccountBookCase {

  /** Where nobody else could log in, a client that offers both is not asked for a password. */
  @Test
  void firstAdministratorAloneIsNoUser() {
    assertThat(book.hasUsers()).isFalse();
    book.add(name("admin"), octets("secret"), true);
    assertThat(book.hasUsers()).as("it is not known whose account that is").isTrue();
    book.firstAdministrator(name("admin"));
    assertThat(book.hasUsers()).isFalse();
    book.add(name("ana"), octets("secret"), false);
    assertThat(book.hasUsers()).isTrue();
    book.setEnabled(name("ana"), false);
    assertThat(book.hasUsers()).isFalse();
    book.add(name("eva"), octets("secret"), true);
    assertThat(book.hasUsers()).as("an administrator that somebody has added").isTrue();
    book.remove(name("eva"));
    assertThat(book.hasUsers()).isFalse();
    book.addTemporary(name("tom"), octets("secret"));
    assertThat(book.hasUsers()).isTrue();
  }

  @Test
  void accountOfAnotherProcessIsAUser() {
    try (AccountBook other = Book.open(data)) {
      other.add(name("ana"), octets("secret"), false);
    }
    Awaitility.await().until(book::hasUsers);
  }

  @Test
  void whatWasAddedIsThereAfterwards() {
    assertThat(book.add(name("ana"), octets("secret"), false)).isEqualTo(DONE);

    assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana"));
    assertThat(login(book, "ana", "Secret")).isEqualTo(refused());
    assertThat(login(book, "eva", "secret")).isEqualTo(refused());
    assertThat(book.find(name("ana"))).isEqualTo(Book.untouched("ana"));
    assertThat(book.find(name("eva"))).isNull();
    assertThat(book.count()).isEqualTo(1);
  }

  @Test
  void anAcknowledgedChangeIsSeenByAnotherProcessAtOnce() {
    // What a process that was killed leaves behind is the same: another connection, no close.
    book.add(name("ana"), octets("secret"), true);
    try (AccountBook other = Book.open(data)) {
      assertThat(login(other, "ana", "secret"))
          .isEqualTo(new Verdict.Accepted(new User("ana", true, NOW_MILLIS)));
    }
  }

  @Test
  void namesAndPasswordsAreOctetsOf1To255() {
    UserName longest = UserName.of(new byte[255]);
    byte[] password = new byte[255];

    assertThat(book.add(longest, password, false)).isEqualTo(DONE);
    assertThat(book.verify(new byte[255], password).toCompletableFuture().join())
        .isEqualTo(accepted(longest.text()));
    assertThat(book.add(name("ana"), new byte[256], false)).isInstanceOf(Outcome.Invalid.class);
    assertThat(book.add(name("ana"), new byte[0], false)).isInstanceOf(Outcome.Invalid.class);
    assertThat(book.changePassword(longest, new byte[256])).isInstanceOf(Outcome.Invalid.class);
    assertThat(login(book, "", "x")).isEqualTo(refused());
    assertThat(login(book, "x", "")).isEqualTo(refused());
    assertThat(book.remembered(new byte[0], new byte[0])).isNull();
  }

  @Test
  void addingAgainSaysWhetherThePasswordIsTheSame() {
    book.add(name("ana"), octets("secret"), false);

    assertThat(book.add(name("ana"), octets("secret"), false))
        .isEqualTo(new Outcome.AlreadyThere(true));
    assertThat(book.add(name("ana"), octets("other"), false))
        .isEqualTo(new Outcome.AlreadyThere(false));
  }

  @Test
  void noMoreThanMaxUsers() {
    book.limit(2);
    assertThat(book.add(name("a"), octets("x"), false)).isEqualTo(DONE);
    assertThat(book.add(name("b"), octets("x"), false)).isEqualTo(DONE);
    assertThat(book.add(name("c"), octets("x"), false)).isEqualTo(new Outcome.Full(2));
    book.remove(name("a"));
    assertThat(book.add(name("c"), octets("x"), false)).isEqualTo(DONE);
  }

  @Test
  void theLastAdministratorStays() {
    Outcome last = new Outcome.LastAdministrator();
    book.add(name("admin"), octets("x"), true);
    assertThat(book.remove(name("admin"))).isEqualTo(last);
    assertThat(book.setEnabled(name("admin"), false)).isEqualTo(last);
    assertThat(book.setAdmin(name("admin"), false)).isEqualTo(last);

    book.add(name("root"), octets("x"), true);
    book.setEnabled(name("root"), false); // a disabled one does not count
    assertThat(book.remove(name("admin"))).isEqualTo(last);
    assertThat(book.remove(name("root"))).isEqualTo(DONE);
    book.add(name("root"), octets("x"), true);
    assertThat(book.remove(name("admin"))).isEqualTo(DONE);
  }

  @Test
  void renameKeepsThePasswordAndFreesTheName() {
    book.add(name("ana"), octets("secret"), false);
    book.add(name("eva"), octets("secret"), false);

    assertThat(book.rename(name("ana"), name("eva"))).isEqualTo(new Outcome.AlreadyThere(false));
    assertThat(book.rename(name("nobody"), name("x"))).isEqualTo(new Outcome.NoSuchUser());
    assertThat(book.rename(name("ana"), name("mia"))).isEqualTo(DONE);
    assertThat(login(book, "mia", "secret")).isEqualTo(accepted("mia", 1));
    assertThat(login(book, "ana", "secret")).isEqualTo(refused());
  }

  @Test
  void whoIsNotThereCannotBeChanged() {
    Outcome none = new Outcome.NoSuchUser();
    assertThat(book.remove(name("ana"))).isEqualTo(none);
    assertThat(book.changePassword(name("ana"), octets("x"))).isEqualTo(none);
    assertThat(book.setEnabled(name("ana"), true)).isEqualTo(none);
    assertThat(book.setAdmin(name("ana"), true)).isEqualTo(none);
  }

  @Test
  void listsInTheOrderOfOctetsPageByPage() {
    for (String each : List.of("é", "b", "a", "Z", "aa")) {
      book.importAll(List.of(new ImportFile.Line(name(each), CHEAP, true, 1)));
    }
    List<String> seen = new ArrayList<>();
    UserName after = null;
    for (List<Account> page = book.list(after, 2); !page.isEmpty(); page = book.list(after, 2)) {
      assertThat(book.names(after, 2)).isEqualTo(page.stream().map(Account::name).toList());
      page.forEach(account -> seen.add(account.name().text()));
      after = page.getLast().name();
    }
    assertThat(seen).containsExactly("Z", "a", "aa", "b", "é");
    assertThat(book.list(null, 0)).isEmpty();
  }

  @Test
  void theLastConnectionIsKnownAtOnceAndWrittenAtTheEnd() {
    book.add(name("ana"), octets("secret"), false);
    book.touch("ana", 2_000);
    book.touch("ana", 1_000); // a late one does not put it back
    book.touch("nobody", 1_000);

    assertThat(lastConnection("ana")).isEqualTo(2_000);
    book.close();
    book = Book.open(data);
    assertThat(lastConnection("ana")).isEqualTo(2_000);
  }

  @Test
  void everyChangeMakesAnotherStampEvenIfTheClockStands() {
    book.add(name("root"), octets("x"), true);
    book.add(name("ana"), octets("secret"), false);
    Set<User> seen = new HashSet<>();
    List<Runnable> all =
        List.of(
            () -> book.changePassword(name("ana"), octets("secret")),
            () -> book.setAdmin(name("ana"), true),
            () -> book.setAdmin(name("ana"), false),
            () -> book.setEnabled(name("ana"), false),
            () -> book.setEnabled(name("ana"), true));
    for (Runnable change : all) {
      User before = book.current("ana");
      if (before != null) {
        assertThat(seen.add(before)).isTrue();
        assertThat(book.isCurrent(before)).isTrue();
      }
      change.run();
      assertThat(before == null || !book.isCurrent(before)).isTrue();
    }
    User before = Objects.requireNonNull(book.current("ana"));
    book.setEnabled(name("ana"), true); // it is
    book.touch("ana", 2_000);
    assertThat(book.isCurrent(before)).isTrue();
  }

  @Test
  void importedHashesLogInAndAreReplacedByOurs() {
    book.importAll(List.of(new ImportFile.Line(name("ana"), CHEAP, true, 1)));
    List<AccountEvent> changes = new ArrayList<>();
    book.onEvent(changes::add);

    assertThat(login(book, "ana", "wrong")).isEqualTo(refused());
    assertThat(exported()).containsExactly("ana:" + CHEAP);
    assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana"));
    assertThat(exported().getFirst()).startsWith("ana:$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(book.remembered(octets("ana"), octets("secret"))).isEqualTo(accepted("ana"));
    assertThat(changes).isEmpty(); // the same password: nobody's tunnel is closed for it
    book.close();
    book = Book.open(data);
    assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana"));
  }

  @Test
  void importIsAllOrNothing() {
    book.importAll(List.of(new ImportFile.Line(name("b"), CHEAP, true, 1)));
    String other = CHEAP.replace("OQ", "OR");

    ImportFile.Outcome outcome =
        book.importAll(
            List.of(
                new ImportFile.Line(name("a"), CHEAP, true, 7),
                new ImportFile.Line(name("b"), other, true, 8)));
    assertThat(outcome)
        .isEqualTo(
            new ImportFile.Rejected(
                List.of(new ImportFile.Problem(8, "there is an account \"b\""))));
    assertThat(book.count()).isEqualTo(1);

    outcome =
        book.importAll(
            List.of(
                new ImportFile.Line(name("a"), CHEAP, false, 7),
                new ImportFile.Line(name("b"), CHEAP, true, 8)));
    assertThat(outcome).isEqualTo(new ImportFile.Imported(1, 1));
    assertThat(exported()).containsExactly("a:!" + CHEAP, "b:" + CHEAP);
    assertThat(login(book, "a", "secret")).isEqualTo(refused()); // disabled

    book.limit(2);
    assertThat(book.importAll(List.of(new ImportFile.Line(name("c"), CHEAP, true, 1))))
        .isEqualTo(new ImportFile.Full(2));
    assertThat(book.count()).isEqualTo(2);
  }

  @Test
  void aHundredThousandAccountsAreNotLoadedIntoMemory() {
    List<ImportFile.Line> lines =
        IntStream.range(0, 100_000)
            .mapToObj(i -> new ImportFile.Line(name("user-" + i), CHEAP, true, i + 1))
            .toList();
    assertThat(book.importAll(lines)).isEqualTo(new ImportFile.Imported(100_000, 0));
    book.close();
    book = Book.open(data);

    assertThat(book.count()).isEqualTo(100_000);
    assertThat(book.add(name("one-more"), octets("x"), false)).isEqualTo(new Outcome.Full(100_000));
    assertThat(login(book, "user-77777", "secret")).isEqualTo(accepted("user-77777"));
    assertThat(book.list(name("user-99998"), 10)).hasSize(1);
  }

  @Test
  void theFilesAreForTheirOwnerAlone() throws Exception {
    book.add(name("ana"), octets("secret"), false);
    for (String file : List.of("accounts.db", "accounts.db-wal", "accounts.db-shm")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve(file))))
          .as(file)
          .isEqualTo("rw-------");
    }
  }

  @Test
  void somebodyElsesDatabaseIsLeftAlone(@TempDir Path other) throws Exception {
    try (Connection connection = raw(other);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (a)");
      statement.execute("PRAGMA user_version = 1");
    }
    assertProblem(other, "not an Argyle database");
  }

  @Test
  void aNewerSchemaIsRefused() throws Exception {
    book.close();
    try (Connection connection = raw(data);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
    assertProblem(data, "created by a newer Argyle (schema 99");
  }

  @Test
  void aFileThatIsNoDatabaseIsRefused(@TempDir Path other) throws Exception {
    Files.writeString(other.resolve("accounts.db"), "this is not a database".repeat(100));
    assertProblem(other, "cannot be opened");
  }
}
