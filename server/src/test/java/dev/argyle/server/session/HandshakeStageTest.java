package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.credentials;
import static dev.argyle.server.session.SessionRig.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Penalties;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.net.Errno;
import dev.argyle.server.session.SessionRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Octets of a handshake, in whatever pieces they come, and clients that do not come to its end. */
@Timeout(60)
@Tag("play")
class HandshakeStageTest {

  private static final String REQUEST = "05 01 00 03 04 6E 61 6D 65 00 50"; // name:80

  @TempDir Path data;

  private SessionRig open(String socks) throws Exception {
    return new SessionRig(Kind.NIO, data, socks, "");
  }

  private static void awaitAnswers(ScriptedClient client, String hex) {
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> client.answers().equals(hex));
  }

  @Test
  void theHandshakeIsTheSameWhereverItIsCut() throws Exception {
    byte[] all = octets("05 02 00 02" + REQUEST);
    try (SessionRig rig = open("authentication: [none]")) {
      for (int cut = 1; cut < all.length; cut++) {
        ScriptedClient client = new ScriptedClient(rig);
        client.arrive();
        client.says(Arrays.copyOf(all, cut));
        client.says(Arrays.copyOfRange(all, cut, all.length));
        assertThat(client.answers()).as("cut after octet %d", cut).isEqualTo("0500");
        assertThat(rig.lookups).as("cut after octet %d", cut).hasValue(cut);
        client.breaks(Errno.ECONNRESET);
      }
      assertThat(rig.count(Counter.CONNECT_REQUESTS)).isEqualTo(all.length - 1);
    }
  }

  /** A web page may send a browser to any port: its user would be refused for what others wrote. */
  @Test
  void pageThatSendsABrowserToTheSocksPortPenalisesNobody() throws Exception {
    try (SessionRig rig = open("")) {
      for (String first : List.of("GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0002")) {
        ScriptedClient browser = new ScriptedClient(rig);
        browser.arrive();
        browser.says(first.getBytes(StandardCharsets.US_ASCII));
        browser.ends();
        assertThat(browser.isClosed()).as(first).isTrue();
      }
      assertThat(rig.admission.penalties().sources()).isZero();
      ScriptedClient other = new ScriptedClient(rig);
      other.arrive();
      other.says("05 00"); // no methods
      assertThat(rig.admission.penalties().penalty(ScriptedClient.ADDRESS.getAddress()))
          .isPositive();
      other.ends();
    }
  }

  /** Their users saw a connection that closes, and were shut out after fifteen tries. */
  @Test
  void clientsOfAnotherProtocolAreToldSoAndNotPenalised() throws Exception {
    try (SessionRig rig = open("")) {
      for (int i = 0; i < 20; i++) {
        ScriptedClient four = new ScriptedClient(rig);
        four.arrive();
        four.says("04");
        assertThat(four.answers()).isEqualTo("005B000000000000");
        assertThat(four.outputEnded).isTrue();
        four.says("01 00 50 7F 00 00 01 00");
        four.ends();
        ScriptedClient http = new ScriptedClient(rig);
        http.arrive();
        http.says("CONN".getBytes(StandardCharsets.US_ASCII));
        assertThat(http.answers()).as("not known yet").isEmpty();
        http.says("ECT secret.example:443 HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
        String answer = new String(octets(http.answers()), StandardCharsets.US_ASCII);
        assertThat(answer).startsWith("HTTP/1.1 501 ").contains("SOCKS 5").doesNotContain("secret");
        http.ends();
        ScriptedClient unknown = new ScriptedClient(rig);
        unknown.arrive();
        unknown.says("FF");
        assertThat(unknown.answers()).isEmpty();
        assertThat(unknown.isClosed()).isTrue();
      }
      assertThat(rig.admission.penalties().sources()).isZero();
      assertThat(String.join("\n", rig.securityLog())).contains("SOCKS 4 came");
    }
  }

  /** Java's own client, without credentials, in the default configuration: it failed. */
  @Test
  void clientThatOffersBothAndHasNoPasswordIsNobody() throws Exception {
    try (SessionRig rig = open("authentication: [password, none]")) {
      rig.addUser("ana", "secret");
      Awaitility.await().until(rig.accounts::hasUsers);
      ScriptedClient java = new ScriptedClient(rig);
      java.arrive();
      java.says("05 02 00 02");
      assertThat(java.answers()).isEqualTo("0502");
      java.says("01 04 6A 61 76 61 00" + REQUEST);
      assertThat(java.answers()).isEqualTo("0502" + "0100");
      assertThat(rig.lookups).hasValue(1);
      java.breaks(Errno.ECONNRESET);
      assertThat(rig.ended(1).user()).isNull();
      assertThat(rig.admission.penalties().sources()).isZero();
    }
  }

  @Test
  void whereNobodyHasAPasswordNoneIsAskedFor() throws Exception {
    try (SessionRig rig = open("authentication: [password, none]")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says("05 02 00 02");
      assertThat(client.answers()).isEqualTo("0500");
      client.ends();
      rig.addUser("ana", "secret");
      ScriptedClient next = new ScriptedClient(rig);
      next.arrive();
      next.says("05 02 00 02");
      assertThat(next.answers()).as("somebody has one now").isEqualTo("0502");
      next.ends();
    }
  }

  /** One wrong password in an office behind one address shut everybody out. */
  @Test
  void sourceOfARightLoginIsSlowedAndNotRefused() throws Exception {
    try (SessionRig rig = open("authentication: [password]")) {
      rig.addUser("ana", "secret");
      ScriptedClient ana = new ScriptedClient(rig);
      ana.arrive();
      ana.says("05 01 02" + credentials("ana", "secret"));
      awaitAnswers(ana, "0502" + "0100");
      ana.breaks(Errno.ECONNRESET);
      for (int i = 0; i < 20; i++) {
        rig.admission
            .penalties()
            .penalise(ScriptedClient.ADDRESS.getAddress(), Penalties.Reason.AUTHENTICATION_FAILED);
      }
      ScriptedClient again = new ScriptedClient(rig);
      again.arrive();
      again.says("05 01 02" + credentials("ana", "secret"));
      assertThat(again.answers()).as("remembered, so at once").isEqualTo("0502" + "0100");
      again.breaks(Errno.ECONNRESET);
      ScriptedClient wrong = new ScriptedClient(rig);
      wrong.arrive();
      wrong.says("05 01 02" + credentials("ana", "guess"));
      awaitAnswers(wrong, "0502" + "0101");
      wrong.ends();
      assertThat(rig.count(Counter.LOGINS_SLOWED)).isEqualTo(1);
      assertThat(rig.count(Counter.REFUSED_PENALISED)).isZero();
    }
  }

  @Test
  void placeThatWasKeptWithoutAWordIsPaidForWhenItIsLeft() throws Exception {
    try (SessionRig rig = open("")) {
      ScriptedClient silent = new ScriptedClient(rig);
      silent.arrive();
      long begun = System.nanoTime();
      Awaitility.await().until(() -> System.nanoTime() - begun > 200_000_000);
      silent.ends();
      assertThat(rig.admission.penalties().penalty(ScriptedClient.ADDRESS.getAddress()))
          .isPositive();
      assertThat(rig.admission.connections()).isZero();
    }
  }

  @Test
  void whoLeavesWhileAnAnswerOfOursIsDueOwesNothing() throws Exception {
    try (SessionRig rig = open("authentication: [password]")) {
      List<TurnQueue.Turn> taken = new ArrayList<>();
      TurnQueue turns = rig.admission.passwordTurns();
      for (int i = 0; turns.waiting() == 0; i++) {
        TurnQueue.Turn asked = turns.ask(InetAddress.ofLiteral("198.51.100." + i), _ -> {});
        taken.add(Objects.requireNonNull(asked));
      }
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says("05 01 02" + credentials("ana", "secret"));
      long begun = System.nanoTime();
      Awaitility.await().until(() -> System.nanoTime() - begun > 200_000_000);
      client.ends();
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.admission.penalties().sources()).isZero();
      taken.forEach(TurnQueue.Turn::end);
    }
  }

  @Test
  void aLoginOfOneOctetEachIsJudged() throws Exception {
    try (SessionRig rig = open("authentication: [password]")) {
      rig.addUser("ana", "secret");
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      for (byte octet : octets("05 01 02" + credentials("ana", "secret"))) {
        client.says(new byte[] {octet});
      }
      awaitAnswers(client, "0502" + "0100");
      client.says(REQUEST);
      assertThat(rig.lookups).hasValue(1);
      client.breaks(Errno.ECONNRESET);
      assertThat(rig.ended(1).user()).isEqualTo("ana");
    }
  }

  /** Slow octets must not buy time: one deadline holds from accept to request. */
  @Test
  void octetsDoNotProlongTheHandshakesTimeout() throws Exception {
    try (SessionRig rig = open("handshake-timeout: 10s")) {
      ScriptedClient client = new ScriptedClient(rig);
      long before = System.nanoTime();
      client.arrive();
      long after = System.nanoTime();
      long timeout = TimeUnit.SECONDS.toNanos(10);
      client.says("05");
      client.sweep(before + timeout - 1);
      assertThat(client.isClosed()).isFalse();
      client.says("01 00 05 01");
      client.sweep(after + timeout);
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.HANDSHAKE_TIMEOUT);
      assertThat(rig.count(Counter.HANDSHAKE_TIMEOUTS)).isEqualTo(1);
    }
  }

  @Test
  void whatIsSentWithoutEndWhileAPasswordIsVerifiedStaysWhereItIs() throws Exception {
    try (SessionRig rig = open("authentication: [password]")) {
      rig.addUser("ana", "secret");
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.onLoop(
          () -> {
            client.says(octets("05 01 02" + credentials("ana", "secret")));
            client.receives = 0;
            for (int i = 0; i < 50; i++) {
              client.says(new byte[1024]);
            }
            assertThat(client.receives).as("receives").isZero();
          });
      awaitAnswers(client, "0502" + "0100" + "0501000100000000" + "0000");
      client.ends();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.PROTOCOL_ERROR);
    }
  }

  @Test
  void aClientThatLeavesWhileItsPasswordIsVerifiedIsGoneAtOnceAndTheVerdictIsForNobody()
      throws Exception {
    try (SessionRig rig = open("authentication: [password]")) {
      rig.addUser("ana", "secret");
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.onLoop(
          () -> {
            client.says(octets("05 01 02" + credentials("ana", "secret")));
            client.ended = true;
            client.event();
            assertThat(client.closed).isTrue();
          });
      assertThat(client.answers()).isEqualTo("0502");
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
      ScriptedClient next = new ScriptedClient(rig);
      next.arrive();
      next.says("05 01 02" + credentials("ana", "secret"));
      awaitAnswers(next, "0502" + "0100");
      next.ends();
    }
  }

  @Test
  void aClientThatTakesOnlyAPartOfAnAnswerIsBroken() throws Exception {
    try (SessionRig rig = open("")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.accepts = 1;
      client.arrive();
      client.says("05 01 00" + REQUEST);
      assertThat(client.isClosed()).isTrue();
      assertThat(rig.lookups).as("its request is not looked at").hasValue(0);
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.CLIENT_CLOSED);
    }
  }

  @Test
  void afterTheEndNoEventAndNoSecondReasonCounts() throws Exception {
    try (SessionRig rig = open("")) {
      ScriptedClient client = new ScriptedClient(rig);
      client.arrive();
      client.says("FF 01");
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.PROTOCOL_ERROR);
      client.says("05 01 00");
      client.sweep(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
      client.breaks(Errno.ECONNRESET);
      assertThat(client.answers()).isEmpty();
      assertThat(rig.ended(1).reason()).isEqualTo(EndReason.PROTOCOL_ERROR);
      assertThat(rig.count(Counter.HANDSHAKE_TIMEOUTS)).isZero();
      assertThat(rig.count(Counter.BUGS)).isZero();
    }
  }
}
