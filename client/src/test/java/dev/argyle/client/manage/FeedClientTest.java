package dev.argyle.client.manage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.nio.sctp.SctpServerChannel;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.UserName;
import dev.argyle.wire.feed.FeedResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@Tag("play")
class FeedClientTest {

  private static final String LOGIN = "FE ED 05 61 64 6D 69 6E 06 73 65 63 72 65 74";
  private static final UserName ANA = UserName.of("ana");

  private static FeedClient.Builder at(InetSocketAddress address) {
    return FeedClient.at(address)
        .overTcp()
        .login(Played.ADMIN, Played.PASSWORD)
        .timeout(Played.LONG);
  }

  private static Played.Peer loggedIn(Played.Peer client) throws IOException {
    return client.expect(LOGIN).send("FE ED C0 01");
  }

  private interface Asking {
    Object ask(FeedClient client) throws ManagementException;
  }

  private static Object asked(String request, String response, Asking asking) throws Exception {
    try (Played server =
            Played.tcp(client -> loggedIn(client).expect(request).send(response).expectEnd());
        FeedClient client = at(server.address()).connect()) {
      Object answer = asking.ask(client);
      client.close();
      server.finished();
      return answer;
    }
  }

  @Test
  void everyQueryIsAMethod() throws Exception {
    assertThat(asked("D0 00", "D0 00 04 00 00 00 01 03 61 6E 61", FeedClient::users))
        .isEqualTo(List.of(ANA));
    assertThat(asked("D0 01", "D0 01 04 00 00 00 01", FeedClient::totalHistoricConnections))
        .isEqualTo(1L);
    assertThat(asked("D0 02", "D0 02 04 00 00 00 02", FeedClient::currentConnections))
        .isEqualTo(2L);
    assertThat(asked("D0 03", "D0 03 04 00 00 00 03", FeedClient::maxConcurrentConnections))
        .isEqualTo(3L);
    assertThat(asked("D0 04", "D0 04 08 00 00 00 01 00 00 00 00", FeedClient::octetsSent))
        .isEqualTo(1L << 32);
    assertThat(asked("D0 05", "D0 05 08 00 00 00 00 00 00 00 05", FeedClient::octetsReceived))
        .isEqualTo(5L);
    assertThat(asked("D0 06", "D0 06 04 00 00 00 06", FeedClient::usersConnected)).isEqualTo(6L);
    assertThat(asked("D0 07", "D0 07 04 00 00 00 07", FeedClient::totalUsers)).isEqualTo(7L);
    assertThat(asked("D0 08", "D0 08 04 00 00 03 E8", FeedClient::selectorTimeout))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(asked("D0 09", "D0 09 04 00 00 0E 10", FeedClient::connectionTimeout))
        .isEqualTo(Duration.ofHours(1));
    assertThat(
            asked("D0 0A 03 61 6E 61", "D0 0A 04 00 00 00 09", client -> client.connectionsOf(ANA)))
        .isEqualTo(9L);
  }

  @Test
  void connectionsAreRecords() throws Exception {
    String record =
        "00 00 00 00 00 00 00 07 00 00 00 00 00 00 03 E8 00 00 00 00 00 00 07 D0"
            + " 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02 00 01 03 61 6E 61"
            + " 01 7F 00 00 01 10 00 03 01 78 00 50";
    Object ended =
        asked(
            "D0 0C 00 00 00 00 00 00 00 06 00 0A",
            "D0 0C 02 00 01" + record,
            client -> client.endedConnections(6, 10));
    assertThat(ended.toString())
        .contains("id=7", "start=1970-01-01T00:00:01Z", "1970-01-01T00:00:02Z")
        .contains("octetsUp=1", "octetsDown=2", "reply=0", "command=1", "ana")
        .contains("127.0.0.1:4096", "x:80");
    assertThat(
            asked(
                "D0 0B 00 00 00 00 00 00 00 00 02 00",
                "D0 0B 02 00 00",
                client -> client.openConnections(0, FeedClient.MAX_CONNECTIONS)))
        .isEqualTo(List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "00 03 61 6E 61 01 62, add",
    "01 03 61 6E 61, remove",
    "02 01, spoofing",
    "03 00 00 01 F4, selector",
    "04 00 00 00 3C, timeout",
    "04 00 00 00 01, 900 ms"
  })
  void everyModificationIsAMethod(String request, String change) throws Exception {
    String method = request.substring(0, 2);
    asked(
        "BE " + request,
        "BE " + method + " 00",
        client -> {
          switch (change) {
            case "add" -> client.addUser(ANA, Played.password("b"));
            case "remove" -> client.removeUser(ANA);
            case "spoofing" -> client.setPasswordSpoofing(true);
            case "selector" -> client.setSelectorTimeout(Duration.ofMillis(500));
            case "900 ms" -> client.setConnectionTimeout(Duration.ofMillis(900)); // 0 is never
            default -> client.setConnectionTimeout(Duration.ofMinutes(1));
          }
          return change;
        });
  }

  @Test
  void foreverIsATimeToAnswerInAnd900MillisecondsAreNot() throws Exception {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    try (Played server =
            Played.tcp(client -> loggedIn(client).expect("D0 01").send("D0 01 04 00 00 00 01"));
        FeedClient client = at(server.address()).timeout(forever).connect()) {
      assertThat(client.totalHistoricConnections()).isEqualTo(1);
    }
    try (Played silent = Played.tcp(client -> client.expect(LOGIN).expectEnd())) {
      FeedClient.Builder impatient = at(silent.address()).timeout(Duration.ofMillis(900));
      assertThatThrownBy(() -> impatient.connect().close())
          .isInstanceOfSatisfying(
              ManagementException.class,
              thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.TimedOut.class));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "01,USER_EXISTS", "02,NO_SUCH_USER", "03,OUT_OF_RANGE",
    "04,USER_LIMIT_REACHED", "05,NOT_ALLOWED", "06,SERVER_ERROR"
  })
  void codeIsARefusalAndTheAssociationGoesOn(String code, Refusal refusal) throws Exception {
    try (Played server =
            Played.tcp(
                client ->
                    loggedIn(client)
                        .expect("BE 01 03 61 6E 61")
                        .send("BE 01 " + code)
                        .expect("D0 0A 03 61 6E 61")
                        .send("D0 F0 01 " + code)
                        .expect("D0 07")
                        .send("D0 07 04 00 00 00 01"));
        FeedClient client = at(server.address()).connect()) {
      assertRefused(refusal, () -> client.removeUser(ANA));
      assertRefused(refusal, () -> client.connectionsOf(ANA));
      assertThat(client.totalUsers()).isEqualTo(1);
    }
  }

  private interface Call {
    void run() throws Exception;
  }

  private static void assertRefused(Refusal refusal, Call call) {
    assertThatThrownBy(call::run)
        .hasMessageEndingWith(refusal.words())
        .isInstanceOfSatisfying(
            ManagementException.class, thrown -> assertThat(thrown.refusal()).contains(refusal));
  }

  @ParameterizedTest
  @CsvSource({"D0 FF", "FF FF"})
  void unknownMethodIsNotSupported(String response) {
    assertRefused(
        Refusal.NOT_SUPPORTED, () -> asked("D0 02", response, FeedClient::currentConnections));
  }

  @ParameterizedTest
  @CsvSource({"D0 03 04 00 00 00 01", "BE 00 00", "D0 0B 02 00 00", "00", "D0 02 08"})
  void answerToSomethingElseIsABrokenProtocol(String response) {
    assertThatThrownBy(() -> asked("D0 02", response, FeedClient::currentConnections))
        .hasMessageStartingWith("FEED (TCP) server 127.0.0.1:")
        .isInstanceOfSatisfying(
            ManagementException.class,
            thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.ProtocolBroken.class));
  }

  @Test
  void aHundredThousandUsersAreOneAnswer() throws Exception {
    List<UserName> names =
        IntStream.range(0, 100_000).mapToObj(i -> UserName.of("user-%06d".formatted(i))).toList();
    byte[] answer = new FeedResponse.Users(names).octets();
    try (Played server = Played.tcp(client -> loggedIn(client).expect("D0 00").sendAtOnce(answer));
        FeedClient client = at(server.address()).connect()) {
      assertThat(client.users()).isEqualTo(names);
    }
  }

  @Test
  void answerWithoutEndIsCutOff() throws Exception {
    byte[] names = new byte[1 << 20]; // of 255 octets each
    for (int i = 0; i < names.length; i++) {
      names[i] = (byte) (i % 256 == 0 ? 255 : 'n');
    }
    try (Played server =
            Played.tcp(
                client -> {
                  loggedIn(client)
                      .expect("D0 00")
                      .sendAtOnce(Played.octets("D0 00 04 00 0F 42 40"));
                  while (true) { // until the client hangs up
                    client.sendAtOnce(names);
                  }
                });
        FeedClient client = at(server.address()).connect()) {
      assertThatThrownBy(client::users).hasMessageContaining("more than 33554432 octets");
    }
  }

  @ParameterizedTest
  @CsvSource({"4B 1D, LoginRefused, password is wrong", "BE EF, ProtocolBroken, another version"})
  void refusedLoginIsSaid(String status, String reason, String words) throws Exception {
    try (Played server = Played.tcp(client -> client.expect(LOGIN).send("FE ED " + status))) {
      assertThatThrownBy(() -> at(server.address()).connect())
          .hasMessageContaining(words)
          .isInstanceOfSatisfying(
              ManagementException.class,
              thrown -> assertThat(thrown.reason().getClass().getSimpleName()).isEqualTo(reason));
    }
  }

  @Test
  void serverThatStopsInTheMiddleIsGoneAndSoIsTheClient() throws Exception {
    try (Played server =
            Played.tcp(client -> loggedIn(client).expect("D0 00").send("D0 00 04 00 00 00 09 03"));
        FeedClient client = at(server.address()).connect()) {
      assertThatThrownBy(client::users).hasMessageContaining("closed the connection before");
      assertThatThrownBy(client::users).isInstanceOf(ManagementException.class);
    }
  }

  @Test
  void silenceHasAnEnd() throws Exception {
    try (Played server = Played.tcp(client -> client.expect(LOGIN).expectEnd())) {
      assertThatThrownBy(() -> at(server.address()).timeout(Duration.ofMillis(200)).connect())
          .hasMessageContaining("log in: no answer within 200 ms");
    }
  }

  @Test
  void aTrickleDoesNotProlongIt() throws Exception {
    try (Played server =
            Played.tcp(
                client -> {
                  loggedIn(client).expect("D0 00").send("D0 00 04 00 0F 42 40");
                  while (true) {
                    client.send("01 61");
                  }
                });
        FeedClient client = at(server.address()).timeout(Duration.ofMillis(500)).connect()) {
      assertThatThrownBy(client::users).hasMessageContaining("no answer within 500 ms");
    }
  }

  @Test
  void closedPortIsUnreachable() {
    assertThatThrownBy(() -> at(Played.closedPort()).connect())
        .isInstanceOfSatisfying(
            ManagementException.class,
            thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.Unreachable.class));
  }

  @Test
  void withoutSctpItIsSaidWhatToDo() {
    assumeTrue(!hasSctp(), "this system has SCTP");
    assertThatThrownBy(
            () -> FeedClient.at("127.0.0.1", 1).login(Played.ADMIN, Played.PASSWORD).connect())
        .hasMessageContaining("modprobe sctp")
        .isInstanceOfSatisfying(
            ManagementException.class,
            thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.NoSctp.class));
  }

  private static boolean hasSctp() {
    try {
      SctpServerChannel.open().close();
      return true;
    } catch (IOException | UnsupportedOperationException | LinkageError missing) {
      return false;
    }
  }

  @Test
  void whatCannotBeSentIsNotSent() throws Exception {
    UserName odd = UserName.of("\u00E4");
    assertThatThrownBy(() -> FeedClient.at("127.0.0.1", 1).login(odd, Played.PASSWORD))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FeedClient.at("127.0.0.1", 1).connect())
        .isInstanceOf(IllegalStateException.class);
    try (Played server = Played.tcp(client -> loggedIn(client).expectEnd());
        FeedClient client = at(server.address()).connect()) {
      assertThatThrownBy(() -> client.removeUser(odd)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> client.setSelectorTimeout(Duration.ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
