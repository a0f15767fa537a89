package dev.argyle.server.account;

import static dev.argyle.server.account.Book.NOW_MILLIS;
import static dev.argyle.server.account.Book.accepted;
import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static dev.argyle.server.account.Book.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verified-password cache, and what makes it forget. */
@Tag("unit")
class PasswordCacheTest {

  @TempDir Path data;
  private AccountBook book;

  @BeforeEach
  void anaHasLoggedIn() {
    book = Book.open(data);
    book.add(name("ana"), octets("secret"), false);
    assertThat(remembered("secret")).isNull();
    assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana"));
    assertThat(remembered("secret")).isEqualTo(accepted("ana"));
  }

  @AfterEach
  void close() {
    book.close();
  }

  @Test
  void onlyTheRightPasswordIsRemembered() {
    assertThat(remembered("Secret")).isNull();
    assertThat(login(book, "ana", "wrong")).isEqualTo(refused());
    assertThat(remembered("wrong")).isNull();
    assertThat(remembered("secret")).isEqualTo(accepted("ana"));
  }

  @Test
  void nameAndPasswordAreNotRunTogether() {
    assertThat(book.remembered(octets("anas"), octets("ecret"))).isNull();
  }

  @Test
  void anotherPasswordIsForgottenAtOnce() {
    book.changePassword(name("ana"), octets("new"));
    assertForgotten();
    assertThat(login(book, "ana", "new")).isEqualTo(accepted("ana", 1));
  }

  @Test
  void aRemovedUserIsForgottenAtOnce() {
    book.remove(name("ana"));
    assertForgotten();
  }

  @Test
  void aDisabledUserIsForgottenAtOnce() {
    book.setEnabled(name("ana"), false);
    assertForgotten();
    book.setEnabled(name("ana"), true);
    assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana", 2));
  }

  @Test
  void aRenamedUserIsForgottenAtOnce() {
    book.rename(name("ana"), name("eva"));
    assertForgotten();
  }

  @Test
  void anotherRightIsKnownAtOnce() {
    book.setAdmin(name("ana"), true);
    assertThat(remembered("secret")).isNull();
    assertThat(login(book, "ana", "secret"))
        .isEqualTo(new Verdict.Accepted(new User("ana", true, NOW_MILLIS + 1)));
  }

  @Test
  void changesByAnotherProcessAreNoticedAtTheNextLogin() {
    try (AccountBook other = Book.open(data)) {
      other.changePassword(name("ana"), octets("new"));
      assertForgotten();
      assertThat(login(book, "ana", "new")).isEqualTo(accepted("ana", 1));
      other.remove(name("ana"));
      assertThat(remembered("new")).isNull();
      assertThat(login(book, "ana", "new")).isEqualTo(refused());
    }
  }

  @Test
  void changesByHandAreNoticedToo() throws Exception {
    try (Connection connection = AccountBookTest.raw(data);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE account SET enabled = 0 WHERE name = CAST('ana' AS BLOB)");
      assertForgotten();
    }
  }

  @Test
  void moreChangesThanTheLogKeepsForgetEverybody() throws Exception {
    List<AccountEvent> changes = heard();
    try (Connection connection = AccountBookTest.raw(data);
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      for (int i = 0; i <= Sqlite.MAX_LOGGED_CHANGES; i++) {
        statement.execute("UPDATE account SET admin = 1 - admin");
      }
      statement.execute("DELETE FROM account");
      statement.execute("COMMIT");
    }
    assertForgotten();
    await().untilAsserted(() -> assertThat(changes).containsExactly(new AccountEvent.Many()));
  }

  @Test
  void asManyChangesAsAreToldOneByOne() throws Exception {
    List<AccountEvent> changes = heard();
    change(ChangeLog.MAX_AT_ONCE);
    await().until(() -> changes.size() == ChangeLog.MAX_AT_ONCE);
    assertThat(changes).containsOnly(new AccountEvent.FlagsChanged("ana"));
    changes.clear();
    change(ChangeLog.MAX_AT_ONCE + 1);
    await().untilAsserted(() -> assertThat(changes).containsExactly(new AccountEvent.Many()));
  }

  private void change(int times) throws Exception {
    try (Connection connection = AccountBookTest.raw(data);
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      for (int i = 0; i < times; i++) {
        statement.execute("UPDATE account SET admin = 1 - admin");
      }
      statement.execute("COMMIT");
    }
  }

  @Test
  void listenersHearOfOurOwnChangesBeforeTheyAreAcknowledged() {
    List<AccountEvent> changes = heard();
    book.setEnabled(name("ana"), false);
    book.setEnabled(name("ana"), true);
    book.changePassword(name("ana"), octets("new"));
    book.rename(name("ana"), name("eva"));
    book.remove(name("eva"));
    assertThat(changes)
        .containsExactly(
            new AccountEvent.Disabled("ana"),
            new AccountEvent.FlagsChanged("ana"),
            new AccountEvent.PasswordChanged("ana"),
            new AccountEvent.Renamed("ana", "eva"),
            new AccountEvent.Removed("eva"));
  }

  @Test
  void listenersHearOfAnotherProcessesChangesWithoutALogin() {
    List<AccountEvent> changes = heard();
    try (AccountBook other = Book.open(data)) {
      other.remove(name("ana"));
    }
    await()
        .untilAsserted(() -> assertThat(changes).containsExactly(new AccountEvent.Removed("ana")));
    assertThat(book.admits("ana")).isFalse();
  }

  @Test
  void aListenerThatFailsHarmsNobody() {
    book.onEvent(
        change -> {
          throw new IllegalStateException("of a test");
        });
    List<AccountEvent> changes = heard();
    assertThat(book.remove(name("ana"))).isEqualTo(new Outcome.Done());
    assertThat(changes).containsExactly(new AccountEvent.Removed("ana"));
  }

  @Test
  void timesOfLastConnectionsMakeNobodyForgotten() {
    List<AccountEvent> changes = heard();
    book.touch("ana", 1_000);
    try (AccountBook other = Book.open(data)) {
      other.touch("ana", 2_000);
    }
    assertThat(remembered("secret")).isEqualTo(accepted("ana"));
    assertThat(changes).isEmpty();
  }

  @Test
  void aPasswordChangedWhileItIsVerifiedIsNotRemembered() throws Exception {
    Hashing hashing = new Hashing(1);
    CountDownLatch hold = new CountDownLatch(1);
    try (AccountBook slow = Book.open(data, 10, hashing)) {
      Thread holder = occupy(hashing, hold);
      CompletionStage<Verdict> login = slow.verify(octets("ana"), octets("secret"));
      book.changePassword(name("ana"), octets("new"));
      hold.countDown();
      holder.join();
      assertThat(login.toCompletableFuture().join()).isEqualTo(refused());
      assertThat(slow.remembered(octets("ana"), octets("secret"))).isNull();
    }
  }

  @Test
  void verdictHasTheFlagThatItsVerificationHasSeenLast() throws Exception {
    Hashing hashing = new Hashing(1);
    CountDownLatch hold = new CountDownLatch(1);
    book.add(name("root"), octets("x"), true);
    book.setAdmin(name("ana"), true);
    try (AccountBook slow = Book.open(data, 10, hashing)) {
      Thread holder = occupy(hashing, hold);
      CompletionStage<Verdict> login = slow.verify(octets("ana"), octets("secret"));
      await().until(() -> hashing.hashes() == 1 && hashing.waiting() == 1); // the account was read
      book.setAdmin(name("ana"), false);
      hold.countDown();
      holder.join();
      assertThat(login.toCompletableFuture().join()).isEqualTo(accepted("ana", 2));
    }
  }

  @Test
  void oneMoreThanMayWaitIsTurnedAwayAtOnce() throws Exception {
    Hashing hashing = new Hashing(1, 3);
    CountDownLatch hold = new CountDownLatch(1);
    try (AccountBook slow = Book.open(data, 10, hashing)) {
      Thread holder = occupy(hashing, hold);
      List<CompletableFuture<Verdict>> waiting =
          IntStream.range(0, 4)
              .mapToObj(i -> slow.verify(octets("ana"), octets("guess" + i)).toCompletableFuture())
              .toList();
      assertThat(slow.verify(octets("ana"), octets("guess4")).toCompletableFuture().getNow(null))
          .isEqualTo(new Verdict.Busy());
      assertThat(waiting).noneMatch(CompletableFuture::isDone);
      hold.countDown();
      holder.join();
      assertThat(waiting).allMatch(login -> login.join().equals(refused()));
      assertThat(login(slow, "ana", "secret")).isEqualTo(accepted("ana"));
    }
  }

  @Test
  void aHundredLoginsAtOnceWithOnePasswordShareAHash() throws Exception {
    Hashing hashing = new Hashing(1, 0);
    CountDownLatch hold = new CountDownLatch(1);
    try (AccountBook slow = Book.open(data, 10, hashing)) {
      Thread holder = occupy(hashing, hold);
      List<CompletableFuture<Verdict>> logins =
          IntStream.range(0, 100)
              .mapToObj(i -> slow.verify(octets("ana"), octets("secret")).toCompletableFuture())
              .toList();
      hold.countDown();
      holder.join();
      assertThat(logins).allMatch(login -> login.join().equals(accepted("ana")));
    }
  }

  @Test
  void theOneUnseenForLongestIsForgottenBeyondTheBound() {
    PasswordCache few = new PasswordCache(2);
    byte[][] digests = new byte[3][];
    for (int i = 0; i < 3; i++) {
      String user = "user" + i;
      digests[i] = few.digest(octets(user), octets("x"));
      few.remember(digests[i], new User(user, false, 1));
      if (i == 1) {
        assertThat(few.find("user0", digests[0])).isNotNull();
      }
    }
    assertThat(few.size()).isEqualTo(2);
    assertThat(few.find("user0", digests[0])).isNotNull();
    assertThat(few.find("user1", digests[1])).isNull();
  }

  @Test
  void everyRefusalCostsOneHashWhoeverIsMeant() {
    Hashing hashing = new Hashing(1);
    book.add(name("off"), octets("secret"), false);
    book.setEnabled(name("off"), false);
    try (AccountBook other = Book.open(data, 10, hashing)) {
      other.addTemporary(name("temporary"), octets("secret"));
      long before = hashing.hashes();
      for (String user : List.of("ana", "nobody", "off", "temporary")) {
        assertThat(login(other, user, "wrong")).isEqualTo(refused());
        assertThat(hashing.hashes()).as(user).isEqualTo(++before);
      }
      assertThat(login(other, "off", "secret")).isEqualTo(refused());
      assertThat(hashing.hashes()).isEqualTo(++before);
    }
  }

  private static Thread occupy(Hashing hashing, CountDownLatch hold) throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    Thread thread =
        Thread.ofVirtual()
            .start(
                () ->
                    hashing.run(
                        null,
                        area -> {
                          inside.countDown();
                          try {
                            hold.await();
                          } catch (InterruptedException interrupted) {
                            Thread.currentThread().interrupt();
                          }
                          return true;
                        }));
    inside.await();
    return thread;
  }

  private List<AccountEvent> heard() {
    List<AccountEvent> changes = Collections.synchronizedList(new ArrayList<>());
    book.onEvent(changes::add);
    return changes;
  }

  private void assertForgotten() {
    assertThat(remembered("secret")).isNull();
    assertThat(login(book, "ana", "secret")).isEqualTo(refused());
  }

  private @Nullable Verdict remembered(String password) {
    return book.remembered(octets("ana"), octets(password));
  }
}
