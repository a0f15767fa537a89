package dev.argyle.server.admission;

import static dev.argyle.server.telemetry.Counter.CONNECTIONS_ACCEPTED;
import static dev.argyle.server.telemetry.Counter.REFUSED_PENALISED;
import static dev.argyle.server.telemetry.Counter.REFUSED_SOURCE_TOO_MANY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Admission.Settings;
import dev.argyle.server.admission.Penalties.Reason;
import dev.argyle.server.config.Network;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.SecurityLog;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is penalised for what, and who is not. */
@Tag("unit")
class AdmissionPenaltiesTest extends AdmissionCase {

  @Test
  void aWrongPasswordIsCountedLoggedAndPenalisedAndItsAnswerComesLaterAndLater(@TempDir Path data)
      throws Exception {
    Path file = data.resolve("security.log");
    try (SecurityLog log = log(file)) {
      Admission admission = admission(log);
      Duration before = Duration.ofNanos(-1);
      for (int i = 0; i < 6; i++) {
        Duration delay =
            admission.authenticationFailed(
                Door.MASS, SOURCE, 4711, "ana", null, 1, counters.shared());
        assertThat(delay).isGreaterThan(before);
        before = delay;
      }
      assertThat(admission.isPenalised(SOURCE)).isTrue();
      assertThat(admission.admits(Door.FEED, SOURCE, counters.shared())).isNull();
    }
    assertThat(counters.sum(Counter.AUTHENTICATION_FAILURES)).isEqualTo(6);
    assertThat(counters.sum(Counter.REFUSED_PENALISED)).isEqualTo(1);
    assertThat(Files.readString(file))
        .contains("authentication failed user=\"ana\" client=192.0.2.1 port=4711 door=mass\n")
        .contains("refused client=192.0.2.1 reason=penalised count=1 door=mass\n")
        .contains("refused client=192.0.2.1 reason=penalised count=1 door=feed\n");
  }

  @ParameterizedTest(name = "{0}: {1} s")
  @CsvSource({
    "HANDSHAKE_TIMEOUT, 5",
    "PROTOCOL_ERROR, 2",
    "SEAL_BROKEN, 2",
    "NO_ACCEPTABLE_METHOD, 0",
    "ACCOUNTS_UNAVAILABLE, 0",
    "ABORTED, 0"
  })
  void aFailedHandshakeIsPenalisedForWhatTheClientDid(EndReason why, int seconds) {
    Admission admission = admission(10, 10);
    admitted(admission).handshakeFailed(Ending.of(why), counters.shared());
    assertThat(admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(counters.sum(Counter.HANDSHAKE_TIMEOUTS))
        .isEqualTo(why == EndReason.HANDSHAKE_TIMEOUT ? 1 : 0);
  }

  @Test
  void aLoadBalancerIsNotPenalisedAndABrokenSealIs() {
    Admission admission = admission(10, 10);
    admission.proxyHeaderFailed(SOURCE, Ending.of(EndReason.PROTOCOL_ERROR));
    admitted(admission).sealBroken(Ending.of(EndReason.ABORTED));
    assertThat(admission.penalties().penalty(SOURCE)).isZero();
    admitted(admission).sealBroken(Ending.of(EndReason.SEAL_BROKEN));
    assertThat(admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aBalancersHealthChecksOweNothingAndAreNeverRefused() {
    Admission admission = admission(100, 100);
    for (int i = 0; i < 20; i++) {
      Admitted check = requireNonNull(admission.admitsBalancer(SOURCE, counters.shared()));
      assertThat(check.isBalancer()).isTrue();
      check.handshakeFailed(Ending.of(EndReason.PROTOCOL_ERROR), counters.shared());
      check.leftBeforeRequest(Duration.ofSeconds(9).toNanos(), counters.shared());
      assertThat(check.authenticationFailed(1, "ana", null, 100, counters.shared())).isZero();
      check.sentGarbage();
      check.sealBroken(Ending.of(EndReason.SEAL_BROKEN));
      assertThat(check.isPenalised()).isFalse();
      check.leaves();
    }
    assertThat(admission.penalties().sources()).isZero();
    while (!admission.isPenalised(SOURCE)) { // it owes much at another door
      admission.penalties().penalise(SOURCE, Reason.AUTHENTICATION_FAILED);
    }
    Admitted check = requireNonNull(admission.admitsBalancer(SOURCE, counters.shared()));
    assertThat(check.isPenalised()).isFalse();
    check.leaves();
    assertThat(admission.connections()).isZero();
  }

  @Test
  void whoComesByABalancerIsJudgedByItsOwnAddressAndHasAShareOfItsOwn() {
    Admission admission = admission(6, 100); // three of one source
    for (int i = 0; i < 3; i++) {
      Admitted client = requireNonNull(admission.admitsBalancer(OTHER, counters.shared()));
      assertThat(client.belongsTo(SOURCE, counters.shared())).isTrue();
      assertThat(client.isBalancer()).isFalse();
      inside.add(client);
    }
    Admitted fourth = requireNonNull(admission.admitsBalancer(OTHER, counters.shared()));
    assertThat(fourth.belongsTo(SOURCE, counters.shared())).isFalse();
    assertThat(counters.sum(REFUSED_SOURCE_TOO_MANY)).isEqualTo(1);
    fourth.leaves();
    assertThat(admission.connections()).isEqualTo(3);

    for (int i = 0; i < 6; i++) {
      inside.getFirst().authenticationFailed(1, "ana", null, 1, counters.shared());
    }
    assertThat(admission.isPenalised(SOURCE)).isTrue();
    assertThat(admission.isPenalised(OTHER)).isFalse();
    Admitted late = requireNonNull(admission.admitsBalancer(OTHER, counters.shared()));
    assertThat(late.belongsTo(SOURCE, counters.shared())).isFalse();
    assertThat(counters.sum(REFUSED_PENALISED)).isEqualTo(1);
    late.leaves();
    inside.forEach(Admitted::leaves);
    assertThat(admission.connections()).isZero();
    assertThat(admission.places(Door.SOCKS).sources()).isZero();
  }

  @Test
  void pageThatSendsABrowserHerePenalisesNobody() {
    Admission admission = admission(100, 100);
    for (int i = 0; i < 17; i++) {
      admitted(admission)
          .spokeAnotherProtocol(Ending.of(EndReason.PROTOCOL_ERROR), counters.shared());
    }
    assertThat(admission.penalties().sources()).isZero();
  }

  private static void guess(Admission admission, InetAddress from, int times) {
    for (int i = 0; i < times; i++) {
      admission.penalties().penalise(from, Penalties.Reason.AUTHENTICATION_FAILED);
    }
  }

  /** Twelve wrong logins of one client behind an office's address shut everybody there out. */
  @Test
  void sourceFromWhichSomebodyLoggedInIsNotRefusedAtSocksButAtTheDoorsOfAdministrators() {
    Admission admission = admission(100, 100);
    admitted(admission).loggedIn();
    guess(admission, SOURCE, 12);
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
    assertThat(arrives(admission, Door.MASS, SOURCE)).isEqualTo(Counter.REFUSED_PENALISED);
    Admitted client = admitted(admission);
    assertThat(client.isPenalised()).isFalse();
    assertThat(client.verificationDelayNanos(counters.shared())).isZero();
    assertThat(client.verificationDelayNanos(counters.shared())).as("the next one").isPositive();
    nanos.addAndGet(RightLogins.REMEMBERED.toNanos());
    guess(admission, SOURCE, 12);
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(Counter.REFUSED_PENALISED);
  }

  @Test
  void exemptNetworkIsNeitherPenalisedNorRefused() {
    Admission admission = admission(100, 100);
    guess(admission, SOURCE, 12);
    Settings settings = new Settings(100, 100, true);
    admission.settings(
        new Settings(settings.socks(), true, List.of(Network.parse(SOURCE.getHostAddress()))));
    assertThat(arrives(admission, Door.MASS, SOURCE))
        .as("from now on")
        .isEqualTo(CONNECTIONS_ACCEPTED);
    guess(admission, SOURCE, 12);
    assertThat(admission.penalties().delay(SOURCE)).isZero();
    admission.settings(settings);
    guess(admission, OTHER, 12);
    assertThat(arrives(admission, Door.SOCKS, OTHER)).isEqualTo(Counter.REFUSED_PENALISED);
  }

  /** The attack: 256 connections at a door, each replaced shortly before its timeout. */
  @Test
  void whoLeavesWithoutAWordShortlyBeforeTheTimeoutIsRefusedSoonAndHasALine(@TempDir Path data)
      throws Exception {
    Path file = data.resolve("security.log");
    try (SecurityLog log = log(file)) {
      Admission admission = admission(log);
      int left = 0;
      while (admission.admits(Door.MASS, SOURCE, counters.shared()) instanceof Admitted silent) {
        silent.leftBeforeRequest(Duration.ofMillis(8_500).toNanos(), counters.shared());
        silent.leaves();
        left++;
      }
      assertThat(left).isEqualTo(8); // 4.25 s each, of 30
    }
    assertThat(Files.readString(file))
        .contains(
            "handshake failed client=192.0.2.1 reason=client-closed count=1 door=mass"
                + " detail=\"left after 8.5 s without a request\"\n")
        .contains("refused client=192.0.2.1 reason=penalised count=1 door=mass\n");
    assertThat(counters.sum(REFUSED_PENALISED)).isEqualTo(1);
  }
}
