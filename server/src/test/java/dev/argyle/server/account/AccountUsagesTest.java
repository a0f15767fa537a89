package dev.argyle.server.account;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.config.UsagePeriod;
import dev.argyle.server.telemetry.AccountUsage;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What accounts use, from the connections to the store and back. */
@Tag("fault")
class AccountUsagesTest {

  private static final LiveConnection.UsageSink NOWHERE = (_, _, _, _) -> {};

  @TempDir Path data;
  private final ConnectionTable table = new ConnectionTable();

  private AccountBook open() {
    AccountBook book = Book.open(data);
    book.usages()
        .start(
            ZoneOffset.UTC,
            own -> own.values().periodOfUsage(),
            () -> table.forEach(one -> one.count(NOWHERE)));
    return book;
  }

  private AccountBook openWithAna() {
    AccountBook book = open();
    assertThat(book.add(UserName.of("ana"), Book.octets("secret"), false))
        .isEqualTo(new Outcome.Done());
    login(book, "ana");
    return book;
  }

  private static void login(AccountBook book, String name) {
    assertThat(Book.login(book, name, "secret")).isInstanceOf(Verdict.Accepted.class);
  }

  private LiveConnection connect(AccountBook book, String name) {
    InetAddress client = InetAddress.ofLiteral("192.0.2.9");
    LiveConnection live = table.open(client, 4000, Book.NOW_MILLIS, _ -> {});
    live.authenticated(name, 1, book.usages().seen(name, client));
    return live;
  }

  private static Used used(AccountBook book, String name) {
    return requireNonNull(book.find(UserName.of(name))).used();
  }

  /** What the store has, without what is in the memory of the first book. */
  private Used stored(String name) {
    try (AccountBook other = Book.open(data)) {
      return used(other, name);
    }
  }

  private void reset(AccountBook book, String name) {
    Map<String, @Nullable String> changes = Map.of("usage", "reset");
    assertThat(book.setAttributes(UserName.of(name), changes)).isEqualTo(new Outcome.Done());
  }

  @Test
  void whatOpenConnectionsPassIsInTheStoreAMomentLaterAndStaysOverARestart() {
    try (AccountBook book = openWithAna()) {
      LiveConnection live = connect(book, "ana");
      live.addUp(5);
      live.addDown(70);
      await().until(() -> stored("ana").down() == 70);
      live.addDown(30);
      await().until(() -> stored("ana").down() == 100);
      assertThat(used(book, "ana")).isEqualTo(stored("ana"));
    }
    try (AccountBook again = open()) {
      assertThat(used(again, "ana").up()).isEqualTo(5);
      login(again, "ana");
      connect(again, "ana").addUp(1);
      await().until(() -> used(again, "ana").up() == 6);
      Used now = used(again, "ana");
      assertThat(now.connections()).isEqualTo(2);
      assertThat(now.address()).isEqualTo("192.0.2.9");
      assertThat(now.periodUp()).isEqualTo(6);
    }
  }

  @Test
  void asLongAsNothingCanBeWrittenItWaitsAndNothingIsLostOrCountedTwice() throws Exception {
    try (AccountBook book = openWithAna()) {
      LiveConnection live = connect(book, "ana");
      Sqlite other = new Sqlite(data.resolve(AccountBook.FILE));
      Sql sql = other.connect();
      sql.script("BEGIN IMMEDIATE"); // another process writes
      try {
        for (int i = 0; i < 3; i++) {
          live.addDown(10);
          live.count(NOWHERE);
          assertThat(book.usages().write()).isFalse();
        }
        assertThat(used(book, "ana").down()).isEqualTo(30);
      } finally {
        sql.script("ROLLBACK");
        other.close();
      }
      await().until(() -> stored("ana").down() == 30);
      assertThat(stored("ana").periodDown()).isEqualTo(30);
    }
  }

  @Test
  void aStoreThatFailsLosesNothingAndItIsWrittenWhenItWorksAgain() throws Exception {
    try (AccountBook book = openWithAna()) {
      LiveConnection live = connect(book, "ana");
      Sqlite other = new Sqlite(data.resolve(AccountBook.FILE));
      Sql sql = other.connect();
      sql.script("ALTER TABLE usage RENAME TO elsewhere");
      live.addDown(10);
      live.count(NOWHERE);
      assertThatThrownBy(() -> book.usages().write()).isInstanceOf(AccountStoreException.class);
      sql.script("ALTER TABLE elsewhere RENAME TO usage");
      other.close();
      await().until(() -> stored("ana").down() == 10);
    }
  }

  @Test
  void aRenamedAccountKeepsItsUsageAndANewOneOfARemovedNameBeginsWithNothing() {
    try (AccountBook book = openWithAna()) {
      LiveConnection live = connect(book, "ana");
      live.addUp(5);
      book.rename(UserName.of("ana"), UserName.of("eva"));
      live.addUp(2); // it ends a moment later
      live.count(NOWHERE);
      login(book, "eva");
      await().until(() -> stored("eva").up() == 7);
      assertThat(used(book, "eva").up()).isEqualTo(7);
      book.remove(UserName.of("eva"));
      book.add(UserName.of("eva"), Book.octets("secret"), false);
      live.addUp(4);
      live.count(NOWHERE);
      login(book, "eva");
      assertThat(book.usages().write()).isTrue();
      assertThat(used(book, "eva").up()).isZero();
      assertThat(stored("eva").up()).isZero();
    }
  }

  @Test
  void resetThePeriodBeginsWithNothingWhoeverResetsItAndTheSumStays() {
    try (AccountBook book = openWithAna();
        AccountBook other = Book.open(data)) {
      LiveConnection live = connect(book, "ana");
      live.addUp(5);
      live.count(NOWHERE);
      assertThat(book.usages().write()).isTrue();
      AccountUsage usage = requireNonNull(book.usages().find("ana"));
      int before = usage.restarts();
      reset(other, "ana");
      await().until(() -> usage.restarts() > before);
      assertThat(used(book, "ana").periodUp()).isZero();
      assertThat(used(book, "ana").up()).isEqualTo(5);
      live.addUp(1);
      live.count(NOWHERE);
      reset(book, "ana");
      assertThat(used(book, "ana").periodUp()).isZero();
      await().until(() -> stored("ana").up() == 6);
      assertThat(stored("ana").periodUp()).isZero();
    }
  }

  @Test
  void whatIsResetBeforeAnythingWasStoredIsReset() {
    try (AccountBook book = openWithAna()) {
      connect(book, "ana").addUp(5);
      table.forEach(one -> one.count(NOWHERE));
      AccountUsage usage = requireNonNull(book.usages().find("ana"));
      int before = usage.restarts();
      reset(book, "ana");
      assertThat(usage.restarts()).isGreaterThan(before);
      assertThat(used(book, "ana").periodUp()).isZero();
    }
  }

  @Test
  void whoIsReadBeforePlansAreKnownKeepsWhatWasUsedOfTheirPeriod() throws Exception {
    UsagePeriod week = UsagePeriod.parse("week");
    try (AccountBook book = Book.open(data)) {
      book.usages().start(ZoneOffset.UTC, _ -> week, () -> {});
      book.add(UserName.of("ana"), Book.octets("secret"), false);
      login(book, "ana");
      connect(book, "ana").addUp(5);
      table.forEach(one -> one.count(NOWHERE));
    }
    try (AccountBook again = Book.open(data)) {
      assertThat(again.admits("ana")).isTrue(); // by then nobody knows that her plan has weeks
      again.usages().start(ZoneOffset.UTC, _ -> week, () -> {});
      login(again, "ana");
      assertThat(used(again, "ana").periodUp()).isEqualTo(5);
    }
  }

  @Test
  void whoeverOnlyOffersAWrongPasswordIsNotSeen() {
    try (AccountBook book = open()) {
      book.add(UserName.of("ana"), Book.octets("secret"), false);
      assertThat(book.usages().find("ana")).isNull();
      assertThat(Book.login(book, "ana", "wrong")).isEqualTo(Book.refused());
      assertThat(used(book, "ana").address()).isNull();
      assertThat(used(book, "ana").connections()).isZero();
    }
  }

  @Test
  void addressesAreNotNotedWhereTheConfigurationSaysSo() {
    try (AccountBook book = openWithAna()) {
      book.usages().addresses(false);
      connect(book, "ana").addUp(1);
      await().until(() -> stored("ana").up() == 1);
      assertThat(stored("ana").address()).isNull();
    }
  }
}
