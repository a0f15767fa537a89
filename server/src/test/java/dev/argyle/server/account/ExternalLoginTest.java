package dev.argyle.server.account;

import static dev.argyle.server.account.Book.NOW_MILLIS;
import static dev.argyle.server.account.Book.accepted;
import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static dev.argyle.server.account.Book.refused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.AccountUsage.Used;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users whom Kerberos vouches for. */
@Tag("unit")
class ExternalLoginTest {

  @TempDir Path data;

  private static ExternalLogin welcome(String name) {
    return new ExternalLogin.Accepted(new User(name, false, NOW_MILLIS));
  }

  @Test
  void whoeverHasNoAccountGetsOneWithoutAPassword() {
    try (AccountBook book = Book.open(data)) {
      assertThat(book.outside().login(name("ana"))).isEqualTo(welcome("ana"));
      assertThat(book.outside().login(name("ana"))).isEqualTo(welcome("ana"));
      assertThat(requireNonNull(book.find(name("ana"))).with(0, Used.NOTHING))
          .isEqualTo(Book.untouched("ana"));
      assertThat(book.admits("ana")).isTrue();
    }
  }

  @Test
  void noPasswordIsRightAndFindingOutCostsWhatItCostsForOthers() {
    Hashing hashing = new Hashing(1);
    try (AccountBook book = Book.open(data, 10, hashing)) {
      book.outside().login(name("ana"));
      for (String password : new String[] {"*", "!", "ana"}) {
        long before = hashing.hashes();
        assertThat(login(book, "ana", password)).isEqualTo(refused());
        assertThat(hashing.hashes()).isEqualTo(before + 1);
      }
    }
  }

  @Test
  void accountMayBeGivenAPasswordLater() {
    try (AccountBook book = Book.open(data)) {
      book.outside().login(name("ana"));
      book.changePassword(name("ana"), octets("secret"));
      assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana", 1));
      assertThat(book.outside().login(name("ana")))
          .isEqualTo(new ExternalLogin.Accepted(new User("ana", false, NOW_MILLIS + 1)));
    }
  }

  @Test
  void disabledAccountIsNotWelcome() {
    try (AccountBook book = Book.open(data)) {
      book.outside().login(name("ana"));
      book.setEnabled(name("ana"), false);
      assertThat(book.outside().login(name("ana"))).isEqualTo(new ExternalLogin.Disabled());
    }
  }

  @Test
  void noMoreAreMadeThanThereMayBe() {
    try (AccountBook book = Book.open(data, 1, new Hashing(1))) {
      assertThat(book.outside().login(name("ana"))).isEqualTo(welcome("ana"));
      assertThat(book.outside().login(name("ben"))).isEqualTo(new ExternalLogin.Full(1));
      assertThat(book.outside().login(name("ana"))).isEqualTo(welcome("ana"));
    }
  }

  @Test
  void temporaryUserIsThatUser() {
    try (AccountBook book = Book.open(data)) {
      book.addTemporary(name("ana"), octets("secret"));
      assertThat(book.outside().login(name("ana"))).isEqualTo(welcome("ana"));
      book.remove(name("ana"));
      assertThat(book.find(name("ana"))).as("no account was made").isNull();
    }
  }

  @Test
  void manyAtOnceMakeOneAccount() throws Exception {
    try (AccountBook book = Book.open(data);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ExternalLogin>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(threads.submit(() -> book.outside().login(name("ana"))));
      }
      for (Future<ExternalLogin> one : all) {
        assertThat(one.get()).isEqualTo(welcome("ana"));
      }
      assertThat(book.count()).isEqualTo(1);
    }
  }

  @Test
  void whatIsExportedCanBeImported(@TempDir Path other) throws Exception {
    List<String> lines = new ArrayList<>();
    try (AccountBook book = Book.open(data)) {
      book.outside().login(name("ana"));
      book.outside().login(name("ben"));
      book.setEnabled(name("ben"), false);
      book.export(line -> lines.add(line.replaceFirst(":created=.*", "")));
    }
    assertThat(lines).containsExactly("ana:*", "ben:!*");
    String file = String.join("\n", lines);
    assertThat(ImportFile.read(new ByteArrayInputStream(octets(file))))
        .isInstanceOfSatisfying(
            ImportFile.Lines.class,
            read -> {
              try (AccountBook book = Book.open(other)) {
                assertThat(book.importAll(read.lines())).isEqualTo(new ImportFile.Imported(2, 0));
                assertThat(book.outside().login(name("ana"))).isEqualTo(welcome("ana"));
                assertThat(book.outside().login(name("ben")))
                    .isEqualTo(new ExternalLogin.Disabled());
              }
            });
  }
}
