package dev.argyle.server.session.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is told to the operator once and not once a client, and whose logins do not last. */
@Tag("unit")
class LoginsTest {

  @TempDir Path data;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final ConnectionTable connections = new ConnectionTable();
  private final List<EndReason> ends = new CopyOnWriteArrayList<>();
  private AccountBook accounts;
  private Logins logins;

  @BeforeEach
  void open() throws Exception {
    accounts = AccountBook.open(data, new Accounts(null, 10));
    logins =
        new Logins(
            accounts,
            new Admission(new Admission.Settings(10, 10, true), SecurityLog.none(), 1),
            connections);
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void close() {
    logger().detachAppender(log);
    accounts.close();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(Logins.class);
  }

  private LiveConnection connection() {
    return connections.open(InetAddress.getLoopbackAddress(), 4711, 1, ends::add);
  }

  private void add(String name) {
    accounts.add(UserName.of(name), LoginRig.octets("secret"), false);
  }

  @Test
  void fullAccountsAreLoggedOnceHoweverManyUsersComeForNothing() {
    for (int i = 0; i < 3; i++) {
      logins.accountsAreFull(10);
    }
    assertThat(log.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.WARN);
              assertThat(line.getFormattedMessage()).contains("accounts.max-users already, 10;");
            });
  }

  @Test
  void failureOfTheStoreIsLoggedOnceUntilItAnswersAgain() {
    RuntimeException failure = new RuntimeException("disk I/O error");
    logins.storeAnswered(null);
    assertThat(log.list).isEmpty();
    logins.storeAnswered(failure);
    logins.storeAnswered(failure);
    assertThat(log.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.ERROR);
              assertThat(line.getFormattedMessage()).contains("disk I/O error", "accounts.db");
            });
    logins.storeAnswered(null);
    logins.storeAnswered(failure);
    assertThat(log.list).hasSize(2);
  }

  @Test
  void loginNamesTheConnectionAndNotesTheTime() {
    add("ana");
    LiveConnection live = connection();
    logins.loggedIn(live, "ana", 0, logins.accountChanges());
    assertThat(live.user()).isEqualTo("ana");
    assertThat(accounts.list(null, 1))
        .singleElement()
        .satisfies(account -> assertThat(account.lastConnectionMillis()).isPositive());
    assertThat(ends).isEmpty();
  }

  @Test
  void accountThatGoesWhileItsPasswordIsLookedAtEndsTheConnection() {
    add("ana");
    int before = logins.accountChanges();
    accounts.remove(UserName.of("ana"));
    logins.loggedIn(connection(), "ana", 0, before);
    await().until(() -> ends.equals(List.of(EndReason.USER_REMOVED)));
  }

  @Test
  void accountThatIsDisabledLaterEndsTheConnectionOfItsUser() {
    add("ana");
    logins.loggedIn(connection(), "ana", 0, logins.accountChanges());
    accounts.setEnabled(UserName.of("ana"), false);
    assertThat(ends).containsExactly(EndReason.USER_DISABLED);
  }
}
