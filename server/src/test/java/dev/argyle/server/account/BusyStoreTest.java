package dev.argyle.server.account;

import static dev.argyle.server.account.Book.CHEAP;
import static dev.argyle.server.account.Book.NOW_MILLIS;
import static dev.argyle.server.account.Book.accepted;
import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.wire.UserName;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The accounts while another process writes: who reads does not wait, and who writes gets in. */
@Timeout(60)
@Tag("unit")
class BusyStoreTest {

  @TempDir Path data;
  private AccountBook book;
  private Sqlite otherDatabase;
  private Sql other;

  @BeforeEach
  void open() throws Exception {
    book = Book.open(data);
    book.importAll(List.of(line("ana", 1)));
    otherDatabase = new Sqlite(data.resolve(AccountBook.FILE));
    other = otherDatabase.connectToWrite();
  }

  @AfterEach
  void close() {
    otherDatabase.close();
    book.close();
  }

  private static ImportFile.Line line(String name, int number) {
    return new ImportFile.Line(name(name), CHEAP, true, number);
  }

  /** Does something in the middle of a change of another process that would not end before. */
  private void whileAnotherProcessWrites(Runnable action) {
    other.transaction(
        () -> {
          other.update("UPDATE account SET changed = 1");
          action.run();
          return true;
        },
        _ -> true);
  }

  @Test
  void readsAndKerberosLoginsDoNotWaitForAnotherProcess() {
    whileAnotherProcessWrites(
        () -> {
          assertThat(book.count()).isEqualTo(1);
          assertThat(book.list(null, 10)).hasSize(1);
          assertThat(book.names(null, 10)).containsExactly(name("ana"));
          assertThat(book.find(name("ana"))).isNotNull();
          assertThat(book.admits("ana")).isTrue();
          assertThat(book.outside().login(name("ana")))
              .isEqualTo(new ExternalLogin.Accepted(new User("ana", false, NOW_MILLIS)));
        });
  }

  @Test
  void readsDoNotWaitForAChangeThatWaits() {
    CountDownLatch waits = new CountDownLatch(1);
    List<CompletableFuture<Outcome>> change =
        IntStream.of(0).mapToObj(_ -> new CompletableFuture<Outcome>()).toList();
    whileAnotherProcessWrites(
        () -> {
          Thread.ofVirtual()
              .start(
                  () -> {
                    waits.countDown();
                    change.getFirst().complete(book.remove(name("ana")));
                  });
          awaitQuietly(waits);
          assertThat(book.count()).isEqualTo(1);
          assertThat(book.list(null, 10)).hasSize(1);
        });
    assertThat(change.getFirst().join()).isEqualTo(new Outcome.Done());
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void loginsDoNotWaitThoughTheirHashWouldBeUpgraded() {
    whileAnotherProcessWrites(
        () -> {
          assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana"));
          assertThat(book.remembered(octets("ana"), octets("secret"))).isEqualTo(accepted("ana"));
        });
    assertThat(storedHash()).isEqualTo(CHEAP);
  }

  private String storedHash() {
    return Objects.requireNonNull(AccountStore.find(other, name("ana"))).hash();
  }

  @Test
  void lastSeenNeverWaitsAndIsWrittenLater() throws Exception {
    AccountStore store = new AccountStore(otherDatabase.connectToWrite(), other);
    try (LastConnections times = new LastConnections(store)) {
      whileAnotherProcessWrites(
          () -> {
            times.note("ana", 4_711);
            assertThat(times.flush()).isFalse();
          });
      await().until(() -> lastConnection(store, name("ana")) == 4_711); // of itself
    }
  }

  private static long lastConnection(AccountStore store, UserName user) {
    return Objects.requireNonNull(store.find(user)).account().lastConnectionMillis();
  }

  @Test
  void closingDoesNotWaitForAnotherProcess() {
    book.touch("ana", 4_711);
    whileAnotherProcessWrites(() -> book.close());
  }

  // Imports

  private Import importing(int maxUsers, Runnable betweenBatches) {
    AccountStore store = new AccountStore(other, other);
    return new Import(store, other, ImportFile.Existing.REJECT, 1, maxUsers, betweenBatches);
  }

  private static List<ImportFile.Line> users(int many) {
    return IntStream.range(0, many).mapToObj(i -> line("user-" + i, i + 1)).toList();
  }

  @Test
  void othersWriteInTheMiddleOfAnImport() {
    AtomicInteger pauses = new AtomicInteger();
    ImportFile.Outcome outcome =
        importing(
                100_000,
                () -> {
                  pauses.incrementAndGet();
                  assertThat(book.setEnabled(name("ana"), pauses.get() % 2 == 0))
                      .isEqualTo(new Outcome.Done());
                })
            .add(users(2 * Import.BATCH + 1));
    assertThat(outcome).isEqualTo(new ImportFile.Imported(2 * Import.BATCH + 1, 0));
    assertThat(pauses).hasValue(2);
    assertThat(book.count()).isEqualTo(2 * Import.BATCH + 2);
  }

  @Test
  void nothingIsLeftOfAnImportWhoseNameWasTakenMeanwhile() {
    int last = Import.BATCH + 1;
    ImportFile.Outcome outcome =
        importing(
                100_000,
                () -> book.add(name("user-" + (last - 1)), octets("another password"), false))
            .add(users(last));
    assertThat(outcome)
        .isEqualTo(
            new ImportFile.Rejected(
                List.of(
                    new ImportFile.Problem(
                        last, "there is an account \"user-" + (last - 1) + "\""))));
    assertThat(book.names(null, 10)).containsExactly(name("ana"), name("user-" + (last - 1)));
  }

  @Test
  void nothingIsLeftOfAnImportThatOthersHaveMadeTooLarge() {
    ImportFile.Outcome outcome =
        importing(Import.BATCH + 2, () -> book.add(name("eva"), octets("secret"), false))
            .add(users(Import.BATCH + 1));
    assertThat(outcome).isEqualTo(new ImportFile.Full(Import.BATCH + 2));
    assertThat(book.names(null, 10)).containsExactly(name("ana"), name("eva"));
  }

  @Test
  void anImportThatWasCutOffIsCompletedByTheSameImport() {
    IllegalStateException killed = new IllegalStateException("killed");
    try {
      importing(
              100_000,
              () -> {
                throw killed;
              })
          .add(users(Import.BATCH + 1));
    } catch (IllegalStateException expected) {
      assertThat(expected).isSameAs(killed);
    }
    assertThat(book.count()).isEqualTo(1 + Import.BATCH);
    assertThat(book.importAll(users(Import.BATCH + 1)))
        .isEqualTo(new ImportFile.Imported(1, Import.BATCH));
  }

  @Test
  void aChangeWaitsForOneBatchOfARunningImportOnly() {
    CompletableFuture<ImportFile.Outcome> running =
        CompletableFuture.supplyAsync(
            () -> importing(100_000, BusyStoreTest::pause).add(users(50 * Import.BATCH)));
    int changes = 0;
    while (changes < 5) {
      assertThat(book.setEnabled(name("ana"), changes % 2 != 0)).isEqualTo(new Outcome.Done());
      assertThat(running).as("after %d changes", changes).isNotDone();
      changes++;
    }
    assertThat(running.join()).isEqualTo(new ImportFile.Imported(50 * Import.BATCH, 0));
  }

  private static void pause() {
    try {
      Thread.sleep(Import.PAUSE);
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }
}
