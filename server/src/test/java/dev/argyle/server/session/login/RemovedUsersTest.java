package dev.argyle.server.session.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.ImportFile;
import dev.argyle.server.admission.AccountUses;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose connections end; that they do so on real sockets is in {@code ClientSessionTest}. */
@Tag("unit")
class RemovedUsersTest {

  /** bcrypt of "secret", cost 5. */
  private static final String HASH = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

  @TempDir Path data;
  private final ConnectionTable connections = new ConnectionTable();
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private AccountBook accounts;
  private RemovedUsers removed;

  @BeforeEach
  void open() throws Exception {
    accounts = AccountBook.open(data, new Accounts(null, 10_000));
    removed =
        RemovedUsers.watch(
            accounts, connections, new AccountUses(System::nanoTime, ZoneId.of("UTC")));
    add("ana", "bea", "eva");
  }

  @AfterEach
  void close() {
    accounts.close();
  }

  private void add(String... names) {
    List<ImportFile.Line> lines = new ArrayList<>();
    for (String name : names) {
      lines.add(new ImportFile.Line(UserName.of(name), HASH, true, lines.size() + 1));
    }
    accounts.importAll(lines);
  }

  private LiveConnection connection(String user) {
    LiveConnection connection =
        connections.open(
            InetAddress.getLoopbackAddress(),
            4711,
            1,
            reason -> {
              assertThat(reason).isIn(EndReason.USER_REMOVED, EndReason.USER_DISABLED);
              ended.add(user);
            });
    connection.authenticated(user);
    return connection;
  }

  /** As another process does it, in one transaction. */
  private void elsewhere(String sql) throws Exception {
    Path file = data.resolve(AccountBook.FILE);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void whoWasRemovedDisabledOrRenamedElsewhereIsEndedAndTheOthersAreNot() throws Exception {
    for (String user : List.of("ana", "bea", "eva", "anonymous at first")) {
      connection(user);
    }
    elsewhere("DELETE FROM account WHERE name = CAST('ana' AS BLOB)");
    elsewhere("UPDATE account SET enabled = 0 WHERE name = CAST('bea' AS BLOB)");
    await().untilAsserted(() -> assertThat(ended).containsExactlyInAnyOrder("ana", "bea"));
    elsewhere("UPDATE account SET name = CAST('eve' AS BLOB) WHERE name = CAST('eva' AS BLOB)");
    await().untilAsserted(() -> assertThat(ended).containsExactlyInAnyOrder("ana", "bea", "eva"));
  }

  @Test
  void moreChangesThanAreToldOneByOneEndWhoIsNotThereAnyMore() throws Exception {
    String[] many = new String[1_100];
    for (int i = 0; i < many.length; i++) {
      many[i] = "many-" + i;
    }
    add(many);
    for (String user : List.of("ana", "many-0", "many-1099")) {
      connection(user);
    }
    elsewhere("DELETE FROM account WHERE name >= CAST('many' AS BLOB)");
    await().untilAsserted(() -> assertThat(ended).containsExactlyInAnyOrder("many-0", "many-1099"));
  }

  @Test
  void userOfThisRunStaysWhenTheAccountOfThatNameGoes() throws Exception {
    accounts.addTemporary(UserName.of("tom"), "secret".getBytes(StandardCharsets.UTF_8));
    add("tom"); // as another process does
    connection("tom");
    connection("bea");
    elsewhere("DELETE FROM account WHERE name = CAST('tom' AS BLOB)");
    elsewhere("DELETE FROM account WHERE name = CAST('bea' AS BLOB)");
    await().untilAsserted(() -> assertThat(ended).containsExactly("bea"));
    accounts.remove(UserName.of("tom"));
    assertThat(ended).containsExactlyInAnyOrder("bea", "tom");
  }

  private LiveConnection loggedIn(String user, List<String> ends) {
    LiveConnection connection =
        connections.open(
            InetAddress.getLoopbackAddress(), 4711, 1, reason -> ends.add(user + " " + reason));
    connection.authenticated(user, Objects.requireNonNull(accounts.current(user)).stamp());
    return connection;
  }

  @Test
  void changedPasswordEndsWhatWasOpenedWithTheOldOneAndNothingElse() {
    List<String> ends = new CopyOnWriteArrayList<>();
    loggedIn("ana", ends);
    loggedIn("bea", ends);
    connection("ana"); // by Kerberos: without a password
    accounts.changePassword(UserName.of("ana"), "new".getBytes(StandardCharsets.UTF_8));
    assertThat(ends).containsExactly("ana PASSWORD_CHANGED");
    assertThat(ended).isEmpty();
  }

  @Test
  void tunnelOfTheNewPasswordStaysThoughTheChangeIsToldLater() throws Exception {
    List<String> ends = new CopyOnWriteArrayList<>();
    loggedIn("ana", ends);
    elsewhere(
        "UPDATE account SET hash = '*', changed = changed + 1 WHERE name = CAST('ana' AS BLOB)");
    loggedIn("ana", ends);
    loggedIn("bea", ends);
    elsewhere("DELETE FROM account WHERE name = CAST('bea' AS BLOB)");
    await().until(() -> ends.contains("bea USER_REMOVED"));
    assertThat(ends).containsExactlyInAnyOrder("ana PASSWORD_CHANGED", "bea USER_REMOVED");
  }

  @Test
  void loginThatIsOvertakenByAnotherPasswordIsEnded() {
    List<String> ends = new CopyOnWriteArrayList<>();
    int before = removed.changes();
    long stamp = Objects.requireNonNull(accounts.current("ana")).stamp();
    LiveConnection late =
        connections.open(InetAddress.getLoopbackAddress(), 4711, 1, reason -> ends.add("late"));
    accounts.changePassword(UserName.of("ana"), "new".getBytes(StandardCharsets.UTF_8));
    late.authenticated("ana", stamp); // in no list of ana's before
    removed.loggedIn(late, "ana", before);
    await().until(() -> ends.contains("late"));
  }

  @Test
  void loginThatIsOvertakenByARemovalIsEnded() {
    int before = removed.changes();
    accounts.remove(UserName.of("ana")); // no connection has the name yet
    removed.loggedIn(connection("ana"), "ana", before);
    removed.loggedIn(connection("eva"), "eva", before);
    await().untilAsserted(() -> assertThat(ended).containsExactly("ana"));
    int after = removed.changes();
    removed.loggedIn(connection("bea"), "bea", after);
    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(ended).containsExactly("ana"));
  }
}
