package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.client.SocksClient;
import dev.argyle.client.manage.BottlerClient;
import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.FeedClient;
import dev.argyle.client.manage.ManagementException;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.client.manage.MassClient;
import dev.argyle.client.manage.Refusal;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerResponse;
import dev.argyle.wire.bottler.BottlerToken;
import dev.argyle.wire.mass.MassIndex;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The management clients of the library against a real server: every method, at every door. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("program")
class ManagementClientsTest {

  private static final int IMPORTED = 1_200;
  private static final Password PASSWORD =
      new Password("plain-Words-7".getBytes(StandardCharsets.US_ASCII));

  @SuppressWarnings("NullAway.Init") // before all
  private RunningServer server;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < IMPORTED; i++) {
      lines.append("user-%04d:%s\n".formatted(i, RunningServer.HASH));
    }
    server = RunningServer.start(directory, lines.toString(), "little-endian");
  }

  @AfterAll
  void stop() throws Exception {
    server.close();
  }

  private MassClient mass() throws Exception {
    return server.mass().counters(ByteOrder.LITTLE_ENDIAN).build();
  }

  @Test
  void everyDoorTellsAllUsersAsFarAsItsProtocolGoes() throws Exception {
    try (MassClient mass = mass();
        FeedClient feed = server.feed();
        BottlerClient bottler = server.bottler()) {
      List<UserName> users = feed.users();
      assertThat(users).hasSize(IMPORTED + 1).isSorted().contains(UserName.of("user-1199"));
      assertThat(feed.totalUsers()).isEqualTo(users.size());
      assertThat(bottler.users()).isEqualTo(users);
      assertThat(bottler.userPages()).isGreaterThan(5);
      assertThat(bottler.users(1)).isEqualTo(users.subList(0, bottler.users(1).size()));
      assertThat(mass.activeUsers()).isEqualTo(users.subList(0, 255));
      assertRefused(Refusal.OUT_OF_RANGE, () -> bottler.users(10_000));
    }
  }

  @Test
  void aUserComesByOneDoorAndGoesByAnother() throws Exception {
    UserName ana = UserName.of("!ana");
    UserName eva = UserName.of("!eva");
    UserName ida = UserName.of("!ida");
    UserName zoe = UserName.of("!zoe");
    try (MassClient mass = mass();
        FeedClient feed = server.feed();
        BottlerClient bottler = server.bottler()) {
      mass.addUser(ana, PASSWORD);
      feed.addUser(eva, PASSWORD);
      bottler.addUser(ida, PASSWORD);
      bottler.addUser(ida, PASSWORD); // the same again is done, too
      assertThat(mass.activeUsers()).containsSequence(ana, eva, ida);
      assertRefused(Refusal.UNTOLD, () -> mass.addUser(ana, PASSWORD));
      assertRefused(Refusal.USER_EXISTS, () -> feed.addUser(ana, PASSWORD));
      assertRefused(
          Refusal.USER_EXISTS,
          () -> bottler.addUser(ana, new Password("other".getBytes(StandardCharsets.US_ASCII))));

      bottler.renameUser(ida, zoe);
      bottler.setPassword(zoe, new Password("other".getBytes(StandardCharsets.US_ASCII)));
      assertThat(bottler.lastConnection(zoe)).isEmpty();
      assertThat(feed.users()).contains(zoe).doesNotContain(ida);
      assertRefused(Refusal.NO_SUCH_USER, () -> bottler.renameUser(ida, ana));
      assertRefused(Refusal.NO_SUCH_USER, () -> bottler.lastConnection(ida));
      assertRefused(Refusal.NO_SUCH_USER, () -> feed.connectionsOf(ida));

      mass.deleteUser(eva);
      feed.removeUser(zoe);
      bottler.deleteUser(ana);
      assertThat(feed.users()).doesNotContain(ana, eva, ida, zoe);
      assertRefused(Refusal.UNTOLD, () -> mass.deleteUser(eva));
      assertRefused(Refusal.NO_SUCH_USER, () -> feed.removeUser(eva));
      assertRefused(Refusal.NO_SUCH_USER, () -> bottler.deleteUser(eva));
      assertRefused(Refusal.NOT_ALLOWED, () -> feed.removeUser(server.administrator()));
    }
  }

  @Test
  void settingsAreSeenThroughEveryDoorThatHasThem() throws Exception {
    try (MassClient mass = mass();
        FeedClient feed = server.feed();
        BottlerClient bottler = server.bottler()) {
      boolean authentication = bottler.isAuthenticationOn();
      feed.setConnectionTimeout(Duration.ofMinutes(7));
      assertThat(bottler.timeoutValue()).isEqualTo(Duration.ofMinutes(7));
      bottler.setTimeoutValue(Duration.ofHours(1));
      assertThat(feed.connectionTimeout()).isEqualTo(Duration.ofHours(1));
      feed.setSelectorTimeout(Duration.ofMillis(500));
      assertThat(feed.selectorTimeout()).isEqualTo(Duration.ofMillis(500));
      bottler.setBufferSize(8192);
      assertThat(bottler.bufferSize()).isEqualTo(8192);
      mass.disableDissectors(false);
      assertThat(bottler.isDissectorOn()).isTrue();
      feed.setPasswordSpoofing(false);
      assertThat(bottler.isDissectorOn()).isFalse();
      bottler.setDissector(true);
      assertThat(bottler.isDissectorOn()).isTrue();
      mass.disableAuthentication(true);
      assertThat(bottler.isAuthenticationOn()).isFalse();
      bottler.setAuthentication(true);
      assertThat(bottler.isAuthenticationOn()).isTrue();
      assertRefused(Refusal.OUT_OF_RANGE, () -> feed.setSelectorTimeout(Duration.ofMillis(9)));
      assertRefused(Refusal.OUT_OF_RANGE, () -> feed.setConnectionTimeout(Duration.ofDays(2)));
      assertRefused(Refusal.OUT_OF_RANGE, () -> bottler.setTimeoutValue(Duration.ofDays(2)));
      assertRefused(Refusal.OUT_OF_RANGE, () -> bottler.setBufferSize(4095));
      bottler.setDissector(false);
      bottler.setAuthentication(authentication); // other tests come in without
    }
  }

  @Test
  void connectionsAndCountersAreToldAlike() throws Exception {
    try (MassClient mass = mass();
        FeedClient feed = server.feed();
        BottlerClient bottler = server.bottler();
        ServerSocket target = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
      long before = feed.totalHistoricConnections();
      try (Socket tunnel =
              SocksClient.at(server.address("socks"))
                  .build()
                  .connect("127.0.0.1", target.getLocalPort());
          Socket accepted = target.accept()) {
        tunnel.getOutputStream().write(new byte[1_000]);
        assertThat(accepted.getInputStream().readNBytes(1_000)).hasSize(1_000);
        List<Connection> open = feed.openConnections(0, FeedClient.MAX_CONNECTIONS);
        assertThat(open).hasSize(1);
        Connection connection = open.getFirst();
        assertThat(connection.end()).isEqualTo(Optional.empty());
        assertThat(connection.user()).isEqualTo(Optional.empty());
        assertThat(connection.command()).isEqualTo(1);
        assertThat(connection.destination().toString())
            .isEqualTo("127.0.0.1:" + target.getLocalPort());
        assertThat(feed.openConnections(connection.id(), 10)).isEmpty();
        assertThat(feed.currentConnections()).isEqualTo(1);
        assertThat(mass.concurrentConnections()).isEqualTo(1);
        assertThat(feed.usersConnected()).isZero();
        assertThat(feed.connectionsOf(UserName.of("user-0000"))).isZero();
      }
      RunningServer.eventually(() -> feed.currentConnections() == 0);
      Connection ended = feed.endedConnections(0, 512).getLast();
      assertThat(ended.octetsUp()).isEqualTo(1_000);
      assertThat(ended.end()).isPresent();
      assertThat(feed.totalHistoricConnections()).isEqualTo(before + 1);
      assertThat(mass.historicConnections()).isEqualTo(before + 1);
      BottlerResponse.Metrics metrics = bottler.metrics();
      assertThat(metrics.historic()).isEqualTo(before + 1);
      assertThat(metrics.current()).isZero();
      assertThat(metrics.max()).isEqualTo(feed.maxConcurrentConnections());
      assertThat(metrics.max()).isEqualTo(mass.maxConcurrentConnections());
      assertThat(metrics.relayedOctets()).isEqualTo(feed.octetsReceived() + feed.octetsSent());
      assertThat(metrics.relayedOctets()).isEqualTo(mass.historicOctets());
      assertThat(metrics.authenticationAttempts()).isEqualTo(mass.authenticationAttempts());
      assertThat(metrics.connectionAttempts()).isEqualTo(mass.connectionAttempts());
      assertThat(mass.averageOctetsPerRead()).isPositive();
      assertThat(mass.averageOctetsPerWrite()).isPositive();
      assertThat(mass.indexes()).containsExactlyInAnyOrder(MassIndex.values());
    }
  }

  @Test
  void whoIsNoAdministratorIsRefused() throws Exception {
    Password wrong = new Password("wrong".getBytes(StandardCharsets.US_ASCII));
    assertLoginRefused(
        () -> {
          try (MassClient mass = server.mass().login(server.administrator(), wrong).build()) {
            mass.indexes();
          }
        });
    assertLoginRefused(
        () -> server.feedBuilder().login(server.administrator(), wrong).connect().close());
    assertLoginRefused( // right, but a proxy user
        () ->
            server
                .feedBuilder()
                .login(
                    UserName.of("user-0000"),
                    new Password("secret".getBytes(StandardCharsets.US_ASCII)))
                .connect()
                .close());
    assertLoginRefused(() -> MassClient.at(server.address("mass")).build().indexes());
  }

  @Test
  void wrongTokenIsMetWithSilence() throws Exception {
    BottlerToken wrong = BottlerToken.ofHex("0000000000000000");
    try (BottlerClient bottler =
        BottlerClient.at(server.address("bottler"), wrong)
            .timeout(Duration.ofMillis(300))
            .resendAfter(Duration.ofMillis(200))
            .build()) {
      assertReason(Reason.TimedOut.class, bottler::isRunning);
    }
  }

  @Test
  void bottlerStopsStartsAndResetsAndAKilledServerIsGone(@TempDir Path another) throws Exception {
    try (RunningServer own = RunningServer.start(another, "", "network");
        MassClient mass = own.mass().build();
        FeedClient feed = own.feed();
        BottlerClient bottler = own.bottler()) {
      assertThat(bottler.isRunning()).isTrue();
      bottler.stop();
      assertThat(bottler.isRunning()).isFalse();
      bottler.start();
      bottler.setBufferSize(8192);
      bottler.reset();
      assertThat(bottler.isRunning()).isTrue();
      assertThat(bottler.bufferSize()).as("the configuration's").isEqualTo(65_536);
      assertThat(mass.concurrentConnections()).isZero();
      own.kill();
      assertReason(Reason.ServerGone.class, feed::users);
      assertReason(Reason.Unreachable.class, mass::indexes);
      assertReason(Reason.Unreachable.class, bottler::isRunning);
      assertReason(Reason.Unreachable.class, own::feed);
    }
  }

  private interface Call {
    void run() throws Exception;
  }

  private static void assertRefused(Refusal refusal, Call call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ManagementException.class, thrown -> assertThat(thrown.refusal()).contains(refusal));
  }

  private static void assertLoginRefused(Call call) {
    assertReason(Reason.LoginRefused.class, call);
  }

  private static void assertReason(Class<? extends Reason> reason, Call call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            ManagementException.class, thrown -> assertThat(thrown.reason()).isInstanceOf(reason));
  }
}
