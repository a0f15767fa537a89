package dev.argyle.server.session.login;

import static dev.argyle.server.admission.Admission.PASSWORDS_OF_A_SOURCE;
import static dev.argyle.server.admission.Admission.TOKENS_OF_A_SOURCE;
import static dev.argyle.server.session.login.LoginRig.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.server.config.Socks;
import dev.argyle.server.session.gssapi.GssapiService;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that make no sense, which needs no KDC: who pays for them, and what they may cost. */
@Tag("unit")
class GssapiLoginTurnsTest {

  /** A level of protection is due after the context only. */
  private static final Token OUT_OF_PLACE = new Token(Purpose.PROTECTION_LEVEL, new byte[] {1});

  private static final String WORDS = "a frame of another kind where a context token is due";

  @TempDir Path data;
  private LoginRig rig;
  private LoginRig.Client client;
  private TurnQueue turns;

  @BeforeEach
  void open() throws Exception {
    rig = new LoginRig(data, 10);
    client = rig.client();
    turns = rig.admission.tokenTurns();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private GssapiLogin login() {
    return new GssapiLogin(client, rig.logins, service());
  }

  /** A service whose keytab is not there: no context of it is ever established. */
  private GssapiService service() {
    if (!(ConfigurationReader.read("test.yaml", "")
        instanceof Read.Ok(Configuration defaults, _))) {
      throw new AssertionError("the defaults are a configuration");
    }
    Socks socks = defaults.socks();
    Socks.Gssapi gssapi =
        new Socks.Gssapi(
            data.resolve("no.keytab").toString(), null, null, List.of(Protection.NONE), false);
    Socks offering =
        new Socks(
            socks.listen(),
            List.of(Method.GSSAPI),
            socks.noneIsWrittenOut(),
            socks.handshakeTimeout(),
            socks.connectTimeout(),
            socks.idleTimeout(),
            socks.keepalive(),
            socks.bindTimeout(),
            socks.selectorTimeout(),
            socks.drainTime(),
            socks.udp(),
            socks.bind(),
            gssapi,
            socks.bufferSize(),
            socks.kernelBuffers(),
            socks.maxConnections(),
            socks.maxConnectionsPerSource(),
            socks.maxConnectionsPerUser(),
            socks.maxUnauthenticated(),
            socks.penaltiesEnabled(),
            socks.penaltiesExempt(),
            socks.proxyProtocolFrom(),
            false,
            socks.relay(),
            socks.loops());
    return Objects.requireNonNull(GssapiService.of(offering));
  }

  private void assertAllTurnsAreFree() {
    LoginRig.assertAllAreFree(turns, TOKENS_OF_A_SOURCE);
  }

  private boolean isTold() {
    return !client.told.isEmpty();
  }

  @Test
  void wrongTokenIsRejectedPenalisedAndGivesItsTurnBack() {
    login().take(OUT_OF_PLACE);
    assertThat(client.told).isEmpty();
    rig.runUntil(this::isTold);
    assertThat(client.steps).containsExactly(new Step.Refused(WORDS, null));
    assertThat(rig.count(Counter.AUTHENTICATION_ATTEMPTS)).isEqualTo(1);
    assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
    assertThat(rig.admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(5));
    assertAllTurnsAreFree();
  }

  @Test
  void tokensDoNotWaitForTheTurnsOfPasswords() {
    List<TurnQueue.Turn> passwords =
        LoginRig.takeAll(rig.admission.passwordTurns(), PASSWORDS_OF_A_SOURCE);
    login().take(OUT_OF_PLACE);
    rig.runUntil(this::isTold);
    assertThat(client.told).containsExactly("Refused");
    passwords.forEach(TurnQueue.Turn::end);
  }

  @Test
  void tokenOfAPenalisedSourceIsNotLookedAt() {
    rig.penalise();
    List<TurnQueue.Turn> taken = LoginRig.takeAll(turns, TOKENS_OF_A_SOURCE);
    login().take(OUT_OF_PLACE);
    assertThat(client.heldBack).containsExactly(Duration.ofSeconds(3));
    rig.clock.advanceMillis(3_000);
    rig.loop.runNow();
    assertThat(client.steps)
        .containsExactly(new Step.Refused("its source is refused for a while", null));
    taken.forEach(TurnQueue.Turn::end);
    assertAllTurnsAreFree();
  }

  @Test
  void fullQueueIsNobodysFailing() {
    LoginRig.fill(turns);
    login().take(OUT_OF_PLACE);
    assertThat(client.told).containsExactly("Unavailable");
    rig.assertNobodyIsPenalised();
  }

  @Test
  void tokenOfWhoLeavesWhileItWaitsIsNotLookedAt() {
    List<TurnQueue.Turn> taken = LoginRig.takeAll(turns, TOKENS_OF_A_SOURCE);
    GssapiLogin login = login();
    login.take(OUT_OF_PLACE);
    client.waiting = false;
    login.leave();
    taken.forEach(TurnQueue.Turn::end);
    rig.loop.runNow();
    assertThat(client.told).isEmpty();
    rig.assertNobodyIsPenalised();
    assertAllTurnsAreFree();
  }

  @Test
  void hangingUpBehindAWrongTokenDoesNotMakeItFree() {
    GssapiLogin login = login();
    login.take(OUT_OF_PLACE);
    rig.leaveOnceUnderWay(client, login);
    rig.runUntil(() -> rig.count(Counter.AUTHENTICATION_FAILURES) == 1);
    assertThat(rig.admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(5));
    assertThat(client.told).isEmpty();
    assertAllTurnsAreFree();
  }

  @Test
  void rejectionThatIsHeldBackIsNotToldToWhoHasLeftMeanwhile() {
    login().take(OUT_OF_PLACE);
    rig.runUntil(this::isTold);
    client = rig.client();
    login().take(OUT_OF_PLACE);
    rig.runUntil(() -> !client.heldBack.isEmpty());
    client.waiting = false;
    rig.clock.advanceMillis(1_000);
    rig.loop.runNow();
    assertThat(client.steps).isEmpty();
  }

  @Test
  void bugWhileATokenIsLookedAtEndsThatClientAndGivesTheTurnBack() {
    GssapiLogin login = login();
    login.take(OUT_OF_PLACE);
    rig.runUntil(this::isTold);
    client.waiting = true;
    login.take(OUT_OF_PLACE); // the negotiation is over, so nobody may call this
    rig.runUntil(() -> !client.bugs.isEmpty());
    assertThat(client.bugs).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(rig.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
    assertAllTurnsAreFree();
  }

  @Test
  void bugBeforeTheWorkHasBegunGivesTheTurnBack() {
    login().take(OUT_OF_PLACE); // has a turn, which the loop has not come to
    client.bugOfTheLoop = new IllegalStateException("a bug");
    rig.loop.runNow();
    assertThat(client.bugs).containsExactly(client.bugOfTheLoop);
    rig.assertNobodyIsPenalised();
    assertAllTurnsAreFree();
  }
}
