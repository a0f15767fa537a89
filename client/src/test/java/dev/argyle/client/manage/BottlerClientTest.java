package dev.argyle.client.manage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@Tag("play")
class BottlerClientTest {

  private static final BottlerToken TOKEN = BottlerToken.ofHex("0123456789abcdef");
  private static final String HEAD = "01 01 23 45 67 89 AB CD EF ";
  private static final UserName ANA = UserName.of("ana");
  private static final UserName EVA = UserName.of("eva");
  private static final String NO_SUCH_USER = "01 02";

  private static BottlerClient.Builder at(Played server) {
    return BottlerClient.at(server.address(), TOKEN).timeout(Played.LONG);
  }

  private interface Asking {
    Object ask(BottlerClient client) throws ManagementException;
  }

  private static Object asked(String request, String response, Asking asking) throws Exception {
    try (Played server =
            Played.udp((number, datagram) -> datagram.equals(HEAD + request) ? response : "00");
        BottlerClient client = at(server).build()) {
      return asking.ask(client);
    }
  }

  @Test
  void everyReadIsAMethod() throws Exception {
    String metrics =
        "00 00 00 01 00 00 00 02 00 00 00 00 00 00 00 03 00 00 00 04 00 00 00 05 00 00 00 06";
    assertThat(asked("00", "01 00 " + metrics + " AA", BottlerClient::metrics).toString())
        .contains("historic=1", "current=2", "relayedOctets=3", "max=4")
        .contains("authenticationAttempts=5", "connectionAttempts=6");
    assertThat(asked("01", "01 00 00 01 00 00", BottlerClient::bufferSize)).isEqualTo(65_536L);
    assertThat(asked("03", "01 00 00 00 0E 10", BottlerClient::timeoutValue))
        .isEqualTo(Duration.ofHours(1));
    assertThat(asked("05", "01 00 00 00 00 02", BottlerClient::userPages)).isEqualTo(2L);
    assertThat(asked("06 00 00 00 01", "01 00 01 03 61 6E 61", client -> client.users(1)))
        .isEqualTo(List.of(ANA));
    assertThat(
            asked(
                "07 03 61 6E 61",
                "01 00 00 00 00 00 00 00 03 E8",
                client -> client.lastConnection(ANA)))
        .isEqualTo(Optional.of(Instant.ofEpochSecond(1)));
    assertThat(
            asked(
                "07 03 61 6E 61",
                "01 00 00 00 00 00 00 00 00 00",
                client -> client.lastConnection(ANA)))
        .isEqualTo(Optional.empty());
    assertThat(asked("0C", "01 00 01", BottlerClient::isDissectorOn)).isEqualTo(true);
    assertThat(asked("0E", "01 00 00", BottlerClient::isAuthenticationOn)).isEqualTo(false);
    assertThat(asked("10", "01 00 01", BottlerClient::isRunning)).isEqualTo(true);
  }

  @ParameterizedTest
  @CsvSource({
    "02 00 00 10 00, buffer",
    "04 00 00 00 3C, timeout",
    "04 00 00 00 01, 900 ms",
    "08 03 61 6E 61 03 65 76 61, rename",
    "09 03 61 6E 61 01 62, password",
    "0A 03 61 6E 61 01 62, add",
    "0B 03 61 6E 61, delete",
    "0D 01, dissector",
    "0F 00, authentication",
    "11 01, start",
    "11 00, stop",
    "12, reset"
  })
  void everyChangeIsAMethod(String request, String change) throws Exception {
    asked(
        request,
        "01 00",
        client -> {
          switch (change) {
            case "buffer" -> client.setBufferSize(4096);
            case "timeout" -> client.setTimeoutValue(Duration.ofMinutes(1));
            case "900 ms" -> client.setTimeoutValue(Duration.ofMillis(900)); // 0 is never
            case "rename" -> client.renameUser(ANA, EVA);
            case "password" -> client.setPassword(ANA, Played.password("b"));
            case "add" -> client.addUser(ANA, Played.password("b"));
            case "delete" -> client.deleteUser(ANA);
            case "dissector" -> client.setDissector(true);
            case "authentication" -> client.setAuthentication(false);
            case "start" -> client.start();
            case "stop" -> client.stop();
            default -> client.reset();
          }
          return change;
        });
  }

  @Test
  void foreverIsATimeToAnswerInAnd900MillisecondsAreNot() throws Exception {
    Duration forever = ChronoUnit.FOREVER.getDuration();
    try (Played server = Played.udp((number, datagram) -> "01 00 01");
        BottlerClient client = BottlerClient.at(server.address(), TOKEN).timeout(forever).build()) {
      assertThat(client.isRunning()).isTrue();
    }
    try (Played silent = Played.udp((number, datagram) -> null);
        BottlerClient client =
            BottlerClient.at(silent.address(), TOKEN).timeout(Duration.ofMillis(900)).build()) {
      assertThatThrownBy(client::isRunning)
          .isInstanceOfSatisfying(
              ManagementException.class,
              thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.TimedOut.class));
    }
  }

  @Test
  void usersOfAllPagesComeTogetherAndTheirEndIsWhereTheServerSaysSo() throws Exception {
    try (Played server =
            Played.udp(
                (number, datagram) ->
                    switch (datagram.substring(HEAD.length())) {
                      case "05" -> "01 00 00 00 00 03";
                      case "06 00 00 00 01" -> "01 00 01 03 61 6E 61";
                      case "06 00 00 00 02" -> "01 00 01 03 65 76 61";
                      default -> "01 05"; // there are fewer by now
                    });
        BottlerClient client = at(server).build()) {
      assertThat(client.users()).containsExactly(ANA, EVA);
    }
  }

  @Test
  void whatGetsLostIsSentAgainTheSameFromTheSameSocket() throws Exception {
    List<String> datagrams = new CopyOnWriteArrayList<>();
    try (Played server =
            Played.udp(
                (number, datagram) -> {
                  datagrams.add(datagram);
                  return number < 3 ? null : "01 00";
                });
        BottlerClient client = at(server).resendAfter(Duration.ofMillis(50)).build()) {
      client.addUser(ANA, Played.password("b"));
      assertThat(datagrams).hasSizeGreaterThanOrEqualTo(3).containsOnly(datagrams.getFirst());
    }
  }

  @Test
  void deletingThatWasSentAgainIsDoneThoughTheUserIsGone() throws Exception {
    try (Played server = Played.udp((number, _) -> number < 2 ? null : NO_SUCH_USER);
        BottlerClient client = at(server).resendAfter(Duration.ofMillis(50)).build()) {
      client.deleteUser(ANA);
    }
  }

  @Test
  void deletingOnceAUserWhoIsNotThereIsRefused() throws Exception {
    assertThatThrownBy(
            () ->
                asked(
                    "0B 03 61 6E 61",
                    NO_SUCH_USER,
                    client -> {
                      client.deleteUser(ANA);
                      return "";
                    }))
        .hasMessageEndingWith("delete user: there is no such user");
  }

  @Test
  void renamingThatWasSentAgainIsDoneIfTheNewNameIsThere() throws Exception {
    try (Played server =
            Played.udp(
                (number, datagram) ->
                    number < 2
                        ? null
                        : datagram.startsWith(HEAD + "07 03 65")
                            ? "01 00 00 00 00 00 00 00 00 00"
                            : NO_SUCH_USER);
        BottlerClient client = at(server).resendAfter(Duration.ofMillis(50)).build()) {
      client.renameUser(ANA, EVA);
      assertThatThrownBy(() -> client.renameUser(ANA, UserName.of("mia")))
          .hasMessageEndingWith("modify username: there is no such user");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "01,MALFORMED", "02,NO_SUCH_USER", "03,USER_EXISTS", "04,USER_LIMIT_REACHED",
    "05,OUT_OF_RANGE", "06,NOT_ALLOWED", "07,SERVER_ERROR", "FE,NOT_SUPPORTED"
  })
  void statusIsARefusal(String status, Refusal refusal) {
    assertThatThrownBy(() -> asked("10", "01 " + status, BottlerClient::isRunning))
        .hasMessageEndingWith("server status: " + refusal.words())
        .isInstanceOfSatisfying(
            ManagementException.class, thrown -> assertThat(thrown.refusal()).contains(refusal));
  }

  @ParameterizedTest
  @CsvSource({"02 00", "01", "01 00 02", "01 00", "01 00 01 01", "01 99"})
  void answerOfAnotherFormIsABrokenProtocol(String response) {
    assertThatThrownBy(() -> asked("10", response, BottlerClient::isRunning))
        .isInstanceOfSatisfying(
            ManagementException.class,
            thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.ProtocolBroken.class));
  }

  @Test
  void silenceHasAnEnd() throws Exception {
    try (Played server = Played.udp((_, _) -> null);
        BottlerClient client =
            at(server)
                .timeout(Duration.ofMillis(300))
                .resendAfter(Duration.ofMillis(100))
                .build()) {
      assertThatThrownBy(client::isRunning)
          .hasMessageContaining("no answer within 300 ms to ")
          .hasMessageContaining("does not answer a wrong token");
    }
  }

  @Test
  void closedPortIsUnreachable() throws Exception {
    try (BottlerClient client = BottlerClient.at(Played.closedPort(), TOKEN).build()) {
      assertThatThrownBy(client::isRunning)
          .isInstanceOfSatisfying(
              ManagementException.class,
              thrown -> assertThat(thrown.reason()).isInstanceOf(Reason.Unreachable.class));
      assertThat(client.toString()).doesNotContainIgnoringCase("89abcdef");
    }
  }

  @Test
  void parametersThatDoNotFitAreNotSent() throws Exception {
    try (BottlerClient client = BottlerClient.at(Played.closedPort(), TOKEN).build()) {
      UserName longest = UserName.of("n".repeat(253)); // 254, and a password of 1 has 2
      assertThatThrownBy(() -> client.addUser(longest, Played.password("b")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
