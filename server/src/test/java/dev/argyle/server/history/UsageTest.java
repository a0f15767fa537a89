package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Retention;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class UsageTest {
  private static final UserName ANA = UserName.of("ana");
  private static final UserName EVA = UserName.of("eva");
  private static final LocalDate TODAY = LocalDate.of(2026, 1, 31);

  @TempDir Path data;
  private final Past.Clock clock = new Past.Clock();
  private final ConnectionTable connections = new ConnectionTable();
  private final Set<UserName> accounts = new HashSet<>(Set.of(ANA, EVA));
  private final List<Usage> opened = new ArrayList<>();
  private Usage usage = usage(Path.of("replaced"), Usage.MAX_OCTETS);

  private Usage usage(Path file, long maxOctets) {
    Usage made =
        new Usage(
            file,
            Past.SETTINGS,
            connections,
            new Counters().shared(),
            clock,
            accounts::contains,
            maxOctets);
    opened.add(made);
    return made;
  }

  private void start(long maxOctets) {
    usage = usage(data.resolve(Usage.FILE), maxOctets);
  }

  private void start() {
    start(Usage.MAX_OCTETS);
  }

  @AfterEach
  void close() {
    opened.forEach(Usage::close);
  }

  private LiveConnection open(String user) {
    LiveConnection connection =
        connections.open(InetAddress.getLoopbackAddress(), 4000, clock.millis(), _ -> {});
    connection.authenticated(user);
    return connection;
  }

  /** A connection that has moved so much and has ended; the table forgets it. */
  private void used(String user, long up, long down) {
    LiveConnection connection =
        new ConnectionTable().open(InetAddress.getLoopbackAddress(), 1, clock.millis(), _ -> {});
    connection.authenticated(user);
    connection.addUp(up);
    connection.addDown(down);
    usage.add(connection);
  }

  private List<String> rows(UserName user) {
    List<String> rows = new ArrayList<>();
    Usage.Cursor cursor = Usage.Cursor.NEWEST;
    while (cursor != null) {
      Usage.Page page = usage.page(user, null, null, cursor, 2);
      for (UsageOfDay row : page.rows()) {
        rows.add(
            row.day()
                + " "
                + row.user()
                + (row.removed() ? " (removed) " : " ")
                + row.amount().up()
                + " "
                + row.amount().down()
                + " "
                + row.amount().connections());
      }
      cursor = page.next();
    }
    return rows;
  }

  @Test
  void whatConnectionsOfADayHaveMovedIsAddedUp() {
    start();
    used("ana", 1, 10);
    used("ana", 2, 20);
    usage.write();
    used("ana", 4, 40);
    used("eva", 8, 80);
    usage.write();
    assertThat(rows(ANA)).containsExactly("2026-01-31 ana 7 70 3");
    assertThat(usage.of(List.of(ANA, UserName.of("nobody"), EVA)))
        .isEqualTo(
            Map.of(
                ANA, new UserUsage(new Amount(7, 70, 3), new Amount(7, 70, 3)),
                EVA, new UserUsage(new Amount(8, 80, 1), new Amount(8, 80, 1))));
  }

  @Test
  void aTunnelOfDaysCountsInItsDaysAndOnceAsAConnection() {
    start();
    LiveConnection tunnel = open("ana");
    tunnel.addUp(5);
    usage.write();
    usage.write();
    clock.pass(Duration.ofDays(1));
    tunnel.addUp(7);
    tunnel.addDown(1);
    usage.write();
    clock.pass(Duration.ofDays(1));
    tunnel.addUp(11);
    usage.add(tunnel); // it ends
    usage.add(tunnel);
    usage.write();
    assertThat(rows(ANA))
        .containsExactly("2026-02-02 ana 11 0 0", "2026-02-01 ana 7 1 0", "2026-01-31 ana 5 0 1");
    assertThat(usage.of(List.of(ANA)).get(ANA))
        .as("the month is the calendar's")
        .isEqualTo(new UserUsage(new Amount(11, 0, 0), new Amount(18, 1, 0)));
  }

  @Test
  void aClientWithoutANameIsNobodysUsage() {
    start();
    LiveConnection anonymous =
        connections.open(InetAddress.getLoopbackAddress(), 4000, clock.millis(), _ -> {});
    anonymous.addUp(5);
    usage.add(anonymous);
    usage.write();
    assertThat(usage.page(null, null, null, Usage.Cursor.NEWEST, 9).rows()).isEmpty();
  }

  @Test
  void itIsThereAfterARestartAndGoesOn() {
    start();
    used("ana", 1, 1);
    usage.write();
    usage.close();
    start();
    used("ana", 1, 1);
    usage.write();
    assertThat(rows(ANA)).containsExactly("2026-01-31 ana 2 2 2");
  }

  @Test
  void aRenamedUserKeepsItsUsageAndWhatItsLastConnectionsOfTheOldNameMove() {
    start();
    used("ana", 1, 0);
    usage.write();
    accounts.remove(ANA);
    usage.persons().renamed("ana", "anna");
    used("ana", 2, 0); // its connection ends a little later
    used("anna", 4, 0);
    usage.write();
    assertThat(rows(UserName.of("anna"))).containsExactly("2026-01-31 anna 7 0 3");
    assertThat(rows(ANA)).isEmpty();
  }

  @Test
  void aNewUserOfARemovedNameBeginsWithNothing() {
    start();
    used("ana", 1, 0);
    usage.write();
    usage.persons().removed("ana");
    used("ana", 2, 0); // its connection ends a little later
    usage.write();
    assertThat(usage.of(List.of(ANA))).isEmpty();
    clock.pass(Duration.ofMillis(Persons.DEPARTURE_MILLIS));
    used("ana", 4, 0);
    usage.write();
    assertThat(usage.of(List.of(ANA)).get(ANA))
        .isEqualTo(new UserUsage(new Amount(4, 0, 1), new Amount(4, 0, 1)));
    assertThat(rows(ANA))
        .containsExactlyInAnyOrder("2026-01-31 ana 4 0 1", "2026-01-31 ana (removed) 3 0 2");
    usage.persons().removed("ana");
    usage.write();
    assertThat(rows(ANA)).hasSize(2).allMatch(row -> row.contains("(removed)"));
  }

  @Test
  void aRenameToANameThatSomebodyHadUnnoticedMixesNobody() {
    start();
    used("eva", 1, 0);
    used("ana", 2, 0);
    usage.write();
    usage.persons().renamed("ana", "eva");
    usage.write();
    assertThat(rows(EVA))
        .containsExactlyInAnyOrder("2026-01-31 eva 2 0 1", "2026-01-31 eva (removed) 1 0 1");
  }

  @Test
  void whoWasRemovedWhileNobodyListenedIsNoticedAtTheStart() {
    start();
    used("ana", 1, 0);
    used("eva", 1, 0);
    usage.write();
    usage.close();
    accounts.remove(ANA);
    start();
    usage.write();
    assertThat(rows(ANA)).containsExactly("2026-01-31 ana (removed) 1 0 1");
    assertThat(rows(EVA)).containsExactly("2026-01-31 eva 1 0 1");
  }

  @Test
  void daysAreForgottenWhenTheyAreOld() {
    start();
    used("ana", 1, 0);
    usage.write();
    clock.pass(Duration.ofDays(400));
    used("eva", 1, 0);
    usage.write();
    assertThat(rows(ANA)).hasSize(1);
    clock.pass(Duration.ofDays(1));
    usage.write();
    assertThat(rows(ANA)).isEmpty();
    assertThat(usage.page(null, null, null, Usage.Cursor.NEWEST, 9).rows()).hasSize(1);
  }

  @Test
  void theOldestDaysGoWhereThereAreTooManyRows() {
    start(300 << 10);
    for (int day = 0; day < 20; day++) {
      for (int user = 0; user < 1_000; user++) {
        used("user-" + user, 1, 1);
      }
      usage.write();
      clock.pass(Duration.ofDays(1));
    }
    usage.write();
    List<String> rows = rows(UserName.of("user-7"));
    assertThat(rows.size()).isBetween(4, 19);
    assertThat(rows.getFirst()).startsWith(TODAY.plusDays(19).toString());
    assertThat(data.resolve(Usage.FILE).toFile().length()).isLessThan(400 << 10);
  }

  @Test
  void offMeansThatNothingIsKeptAndWhatWasKeptIsDeleted() {
    start();
    used("ana", 1, 0);
    usage.write();
    usage.settings(new Retention(Duration.ofDays(7), 1 << 20, true, Duration.ZERO));
    used("ana", 1, 0);
    usage.write();
    assertThat(data.toFile().list()).isEmpty();
    assertThat(usage.of(List.of(ANA))).isEmpty();
    usage.settings(Past.SETTINGS);
    used("ana", 4, 0);
    usage.write();
    assertThat(rows(ANA)).containsExactly("2026-01-31 ana 4 0 1");
  }

  @Test
  void aFileOfSomethingElseIsSetAsideAndNothingUsedSinceIsLost() throws IOException {
    Files.writeString(
        data.resolve(Usage.FILE), "this is no database, whatever its name says. ".repeat(99));
    start();
    used("ana", 1, 0);
    usage.write();
    usage.write();
    assertThat(rows(ANA)).containsExactly("2026-01-31 ana 1 0 1");
    assertThat(data.resolve(Usage.FILE + ".damaged")).exists();
  }

  @Test
  void anotherProgramsDatabaseIsSetAside() throws Exception {
    try (UsageDatabase other = UsageDatabase.open(data.resolve(Usage.FILE))) {
      other.update("CREATE TABLE person (x)");
      other.update("PRAGMA user_version = 7");
    }
    start();
    used("ana", 1, 0);
    usage.write();
    usage.write();
    assertThat(rows(ANA)).hasSize(1);
    assertThat(data.resolve(Usage.FILE + ".damaged")).exists();
  }

  @Test
  void aFileThatIsDamagedInTheMiddleIsSetAsideWhenThatIsNoticed() throws Exception {
    start();
    for (int user = 0; user < 5_000; user++) {
      used("user-" + user, 1, 1);
    }
    usage.write();
    usage.close();
    Path file = data.resolve(Usage.FILE);
    byte[] octets = Files.readAllBytes(file);
    for (int at = 4096; at < octets.length; at++) {
      octets[at] = (byte) 0xA5;
    }
    Files.write(file, octets);
    start();
    used("user-7", 1, 1);
    for (int round = 0; round < 3; round++) {
      usage.write();
    }
    assertThat(rows(UserName.of("user-7"))).containsExactly("2026-01-31 user-7 1 1 1");
  }

  @Test
  void aFolderThatCannotBeWrittenLosesNothing() throws IOException {
    Path file = data.resolve(Usage.FILE);
    Files.createDirectory(file);
    start();
    used("ana", 1, 0);
    usage.write();
    used("ana", 1, 0);
    usage.write();
    Files.delete(file);
    usage.write();
    assertThat(rows(ANA)).containsExactly("2026-01-31 ana 2 0 2");
  }

  @Test
  void aUsersUsageCanBeDeletedThatOfRemovedAccountsToo() throws SQLException {
    start();
    used("ana", 1, 0);
    used("eva", 1, 0);
    usage.write();
    usage.persons().removed("ana");
    usage.write();
    clock.pass(Duration.ofDays(1));
    used("ana", 1, 0);
    assertThat(usage.forget("ana")).isEqualTo(2);
    assertThat(rows(ANA)).isEmpty();
    assertThat(rows(EVA)).hasSize(1);
  }

  @Test
  void pagesGoByDayAndLeaveNobodyOut() {
    start();
    for (int day = 0; day < 3; day++) {
      for (int user = 0; user < 7; user++) {
        used("user-" + user, day, user);
      }
      usage.write();
      clock.pass(Duration.ofDays(1));
    }
    List<UsageOfDay> all = new ArrayList<>();
    Usage.Cursor cursor = Usage.Cursor.NEWEST;
    while (cursor != null) {
      Usage.Page page = usage.page(null, TODAY, TODAY.plusDays(1), cursor, 4);
      all.addAll(page.rows());
      cursor = page.next();
    }
    assertThat(all).hasSize(14).doesNotHaveDuplicates();
    assertThat(all.getFirst().day()).isEqualTo(TODAY.plusDays(1));
    assertThat(all.getLast().day()).isEqualTo(TODAY);
  }

  @Test
  void namesMayHaveAnyOctets() {
    start();
    UserName odd = UserName.of(new byte[] {'a', '\'', '"', (byte) 0xFF, '\n'});
    used(odd.text(), 3, 0);
    usage.write();
    assertThat(usage.of(List.of(odd)).get(odd))
        .isEqualTo(new UserUsage(new Amount(3, 0, 1), new Amount(3, 0, 1)));
  }
}
