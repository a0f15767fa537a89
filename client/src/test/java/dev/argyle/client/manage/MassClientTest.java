package dev.argyle.client.manage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.UserName;
import dev.argyle.wire.mass.MassIndex;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@Tag("play")
class MassClientTest {

  private static final String LOGIN = "01 05 61 64 6D 69 6E 06 73 65 63 72 65 74";

  private static MassClient.Builder client(InetSocketAddress address) {
    return MassClient.at(address).login(Played.ADMIN, Played.PASSWORD).timeout(Played.LONG);
  }

  private static Played.Peer loggedIn(Played.Peer client) throws IOException {
    return client.expect("01 01 02").send("01 02").expect(LOGIN).send("01 00");
  }

  private static Played answering(String request, String reply) throws IOException {
    return Played.tcp(client -> loggedIn(client).expect(request).send(reply).expectEnd());
  }

  private interface Asking {
    Object ask(MassClient client) throws ManagementException;
  }

  private static Object asked(String request, String reply, Asking asking) throws Exception {
    try (Played server = answering(request, reply);
        MassClient client = client(server.address()).build()) {
      Object answer = asking.ask(client);
      server.finished();
      return answer;
    }
  }

  @Test
  void everyIndexIsAMethod() throws Exception {
    assertThat(asked("00", "00 02 01 0A", MassClient::indexes).toString())
        .contains("ACTIVE_USERS", "ADD_USER");
    assertThat(asked("01", "00 02 01 61 02 62 62", MassClient::activeUsers).toString())
        .isEqualTo("[a, bb]");
    assertThat(asked("02", "00 00 00 00 01", MassClient::historicConnections)).isEqualTo(1L);
    assertThat(asked("03", "00 00 00 01 00", MassClient::concurrentConnections)).isEqualTo(256L);
    assertThat(asked("04", "00 00 00 00 02", MassClient::maxConcurrentConnections)).isEqualTo(2L);
    assertThat(asked("05", "00 FF FF FF FF", MassClient::historicOctets)).isEqualTo(0xFFFFFFFFL);
    assertThat(asked("06", "00 00 00 00 03", MassClient::authenticationAttempts)).isEqualTo(3L);
    assertThat(asked("07", "00 00 00 00 04", MassClient::connectionAttempts)).isEqualTo(4L);
    assertThat(asked("08", "00 00 00 00 05", MassClient::averageOctetsPerRead)).isEqualTo(5L);
    assertThat(asked("09", "00 00 00 00 06", MassClient::averageOctetsPerWrite)).isEqualTo(6L);
  }

  @ParameterizedTest
  @CsvSource({"0A 01 61 01 62,add", "0B 01 61,delete", "0C 01,authentication", "0D 00,dissectors"})
  void everyChangeIsAMethod(String request, String change) throws Exception {
    UserName ana = UserName.of("a");
    asked(
        request,
        "00",
        client -> {
          switch (change) {
            case "add" -> client.addUser(ana, Played.password("b"));
            case "delete" -> client.deleteUser(ana);
            case "authentication" -> client.disableAuthentication(true);
            default -> client.disableDissectors(false);
          }
          return change;
        });
  }

  @Test
  void countersOfServersThatWriteThemLittleEndianAreRead() throws Exception {
    try (Played server = answering("03", "00 01 02 00 00");
        MassClient client = client(server.address()).counters(ByteOrder.LITTLE_ENDIAN).build()) {
      assertThat(client.concurrentConnections()).isEqualTo(0x0201);
    }
  }

  @Test
  void withoutALoginNothingButNoneIsOffered() throws Exception {
    try (Played server =
            Played.tcp(
                client -> client.expect("01 01 00").send("01 00").expect("00").send("00 01 00"));
        MassClient client = MassClient.at(server.address()).build()) {
      assertThat(client.indexes()).containsExactly(MassIndex.INDEXES);
    }
  }

  @Test
  void refusedLoginIsSaid() throws Exception {
    try (Played server =
        Played.tcp(client -> client.expect("01 01 02").send("01 02").expect(LOGIN).send("01 01"))) {
      MassClient client = client(server.address()).build();
      assertFails(client, Reason.LoginRefused.class, "log in: name or password is wrong");
    }
  }

  @Test
  void serverThatTakesNoneIsSaid() throws Exception {
    try (Played server = Played.tcp(client -> client.expect("01 01 00").send("01 FF"))) {
      MassClient client = MassClient.at(server.address()).build();
      assertFails(client, Reason.LoginRefused.class, "admits nobody without");
    }
  }

  @ParameterizedTest
  @CsvSource({"01,UNTOLD", "02,NOT_SUPPORTED", "03,USER_LIMIT_REACHED"})
  void statusIsARefusal(String status, Refusal refusal) throws Exception {
    assertThatThrownBy(() -> asked("03", status, MassClient::concurrentConnections))
        .hasMessageEndingWith("concurrent connections: " + refusal.words())
        .satisfies(
            thrown -> assertThat(((ManagementException) thrown).refusal()).contains(refusal));
  }

  @ParameterizedTest
  @ValueSource(strings = {"05 00", "01 00", "48 54 54 50"})
  void whatIsNoMassServerIsSaid(String answer) throws Exception {
    try (Played server = Played.tcp(client -> client.expect("01 01 02").send(answer))) {
      assertFails(
          client(server.address()).build(), Reason.ProtocolBroken.class, "does not speak this");
    }
  }

  @Test
  void moreThanAnAnswerIsABrokenProtocol() throws Exception {
    try (Played server =
        Played.tcp(
            client -> {
              loggedIn(client).expect("03");
              client.sendAtOnce(Played.octets("00 00 00 00 01 00"));
            })) {
      assertFails(client(server.address()).build(), Reason.ProtocolBroken.class, "unexpected data");
    }
  }

  @Test
  void serverThatHangsUpIsGone() throws Exception {
    try (Played server = Played.tcp(client -> loggedIn(client).expect("03").send("00 00"))) {
      assertFails(client(server.address()).build(), Reason.ServerGone.class, "before it answered");
    }
  }

  @Test
  void serverThatResetsIsGone() throws Exception {
    try (Played server =
        Played.tcp(
            client -> {
              loggedIn(client).expect("03");
              client.socket().setSoLinger(true, 0);
            })) {
      assertFails(client(server.address()).build(), Reason.ServerGone.class, "before it answered");
    }
  }

  @Test
  void silenceHasAnEnd() throws Exception {
    try (Played server = Played.tcp(client -> loggedIn(client).expect("03").expectEnd())) {
      MassClient client = client(server.address()).timeout(Duration.ofMillis(300)).build();
      assertFails(client, Reason.TimedOut.class, "no answer within 300 ms");
      server.finished();
    }
  }

  @Test
  void closedPortIsUnreachable() throws Exception {
    assertFails(client(Played.closedPort()).build(), Reason.Unreachable.class, "refused");
  }

  @Test
  void unknownNameIsUnreachable() {
    MassClient client = MassClient.at("no-such-host.invalid", 1).build();
    assertFails(client, Reason.Unreachable.class, "no-such-host.invalid:1: connect");
  }

  @Test
  void interruptedThreadStopsWaiting() throws Exception {
    try (Played server = Played.tcp(Played.Peer::expectEnd)) {
      Thread.currentThread().interrupt();
      assertFails(client(server.address()).build(), Reason.Interrupted.class, "interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void closedItAsksNothing() throws Exception {
    MassClient client = client(Played.closedPort()).build();
    client.close();
    assertThatThrownBy(client::indexes).isInstanceOf(IllegalStateException.class);
    assertThat(client.toString()).doesNotContain("admin").doesNotContain("secret");
  }

  private static void assertFails(MassClient client, Class<? extends Reason> reason, String words) {
    assertThatThrownBy(client::concurrentConnections)
        .isInstanceOf(ManagementException.class)
        .hasMessageStartingWith("MASS server ")
        .hasMessageContaining(words)
        .satisfies(
            thrown -> assertThat(((ManagementException) thrown).reason()).isInstanceOf(reason));
  }
}
