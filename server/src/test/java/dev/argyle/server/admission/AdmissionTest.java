package dev.argyle.server.admission;

import static dev.argyle.server.telemetry.Counter.CONNECTIONS_ACCEPTED;
import static dev.argyle.server.telemetry.Counter.REFUSED_EARLY_DROP;
import static dev.argyle.server.telemetry.Counter.REFUSED_PENALISED;
import static dev.argyle.server.telemetry.Counter.REFUSED_TOO_MANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.admission.Admission.Settings;
import dev.argyle.server.admission.Penalties.Reason;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LogDestination;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Tally;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class AdmissionTest {

  private static final InetAddress SOURCE = InetAddress.getLoopbackAddress();

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // it wraps soon
  private final Counters counters = new Counters();
  private double chance;

  private Admission admission(int maxConnections, int maxUnauthenticated) {
    return new Admission(
        new Settings(maxConnections, maxUnauthenticated, true),
        SecurityLog.none(),
        nanos::get,
        () -> chance);
  }

  /** What counts a client that arrives. */
  private static Counter arrives(Admission admission) {
    Counters own = new Counters();
    admission.admits(SOURCE, own.shared());
    return Stream.of(Counter.values()).filter(each -> own.sum(each) > 0).findFirst().orElseThrow();
  }

  @Test
  void belowMaxUnauthenticatedNobodyIsDropped() {
    Admission admission = admission(1_000, 100);
    chance = 0; // the worst luck
    for (int i = 0; i < 100; i++) {
      assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    }
    assertThat(arrives(admission)).isEqualTo(REFUSED_EARLY_DROP);
    assertThat(admission.unauthenticated()).isEqualTo(100);
    assertThat(admission.connections()).isEqualTo(100);
  }

  @ParameterizedTest(name = "with {0} in their handshake the chance to be dropped is {1}")
  @CsvSource({"100, 0.30", "150, 0.65", "180, 0.86", "199, 0.993"})
  void theChanceToBeDroppedRises(int waiting, double expected) {
    Admission admission = admission(1_000, 100);
    chance = 0.999;
    for (int i = 0; i < waiting; i++) {
      assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    }
    chance = expected - 0.001;
    assertThat(arrives(admission)).isEqualTo(REFUSED_EARLY_DROP);
    chance = expected + 0.001;
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  @Test
  void atTwiceMaxUnauthenticatedAllAreDropped() {
    Admission admission = admission(1_000, 100);
    chance = 0.999999;
    for (int i = 0; i < 200; i++) {
      assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    }
    assertThat(arrives(admission)).isEqualTo(REFUSED_EARLY_DROP);
    admission.authenticated();
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  @Test
  void atMaxConnectionsTheNextIsOneTooMany() {
    Admission admission = admission(3, 100);
    for (int i = 0; i < 3; i++) {
      assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
      admission.authenticated();
    }
    assertThat(arrives(admission)).isEqualTo(REFUSED_TOO_MANY);
    admission.leaves(true);
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    assertThat(arrives(admission)).isEqualTo(REFUSED_TOO_MANY);
  }

  @Test
  void whoLeavesFreesItsPlaces() {
    Admission admission = admission(10, 10);
    arrives(admission);
    arrives(admission);
    admission.authenticated();
    assertThat(admission.unauthenticated()).isEqualTo(1);
    admission.leaves(true);
    admission.leaves(false);
    assertThat(admission.unauthenticated()).isZero();
    assertThat(admission.connections()).isZero();
  }

  @Test
  void aPenalisedSourceIsNotCounted() {
    Admission admission = admission(10, 10);
    for (int i = 0; i < 6; i++) {
      assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
      admission.leaves(false);
      admission.penalties().penalise(SOURCE, Reason.AUTHENTICATION_FAILED);
    }
    assertThat(arrives(admission)).isEqualTo(REFUSED_PENALISED);
    assertThat(admission.connections()).isZero();
  }

  @Test
  void settingsChangeWhileItRuns() {
    Admission admission = admission(2, 10);
    arrives(admission);
    arrives(admission);
    admission.settings(new Settings(1, 10, true));
    assertThat(arrives(admission)).isEqualTo(REFUSED_TOO_MANY);
    assertThat(admission.connections()).isEqualTo(2); // who is in stays in
    admission.settings(new Settings(3, 10, true));
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    for (int i = 0; i < 6; i++) {
      admission.penalties().penalise(SOURCE, Reason.AUTHENTICATION_FAILED);
    }
    admission.settings(new Settings(10, 10, false));
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    admission.settings(new Settings(10, 10, true));
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED); // dropped
  }

  @Test
  void boundsOfNoneAreRefused() {
    assertThatThrownBy(() -> new Settings(0, 1, true)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Settings(1, 0, true)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Settings.of(Configuration.defaults().socks()))
        .isEqualTo(new Settings(100_000, 1_024, true));
  }

  @Test
  void aWrongPasswordIsCountedLoggedAndPenalisedAndItsAnswerComesLaterAndLater(@TempDir Path data)
      throws Exception {
    Path file = data.resolve("security.log");
    try (SecurityLog log =
        SecurityLog.open(new LogDestination.File(file), counters, InstantSource.system())) {
      Admission admission =
          new Admission(new Settings(10, 10, true), log, nanos::get, () -> chance);
      Duration before = Duration.ofNanos(-1);
      for (int i = 0; i < 6; i++) {
        Duration delay =
            admission.authenticationFailed(Door.MASS, SOURCE, 4711, "ana", null, counters.shared());
        assertThat(delay).isGreaterThan(before);
        before = delay;
      }
      assertThat(admission.isPenalised(SOURCE)).isTrue();
      assertThat(admission.refuses(Door.FEED, SOURCE, counters.shared())).isTrue();
    }
    assertThat(counters.sum(Counter.AUTHENTICATION_FAILURES)).isEqualTo(6);
    assertThat(counters.sum(Counter.REFUSED_PENALISED)).isEqualTo(1);
    assertThat(Files.readString(file))
        .contains("authentication failed user=\"ana\" client=127.0.0.1 port=4711 door=mass\n")
        .contains("refused client=127.0.0.1 reason=penalised count=1 door=mass\n")
        .contains("refused client=127.0.0.1 reason=penalised count=1 door=feed\n");
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
    admission.handshakeFailed(Door.SOCKS, SOURCE, Ending.of(why), counters.shared());
    assertThat(admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(counters.sum(Counter.HANDSHAKE_TIMEOUTS))
        .isEqualTo(why == EndReason.HANDSHAKE_TIMEOUT ? 1 : 0);
  }

  @Test
  void aLoadBalancerIsNotPenalisedAndABrokenSealIs() {
    Admission admission = admission(10, 10);
    admission.proxyHeaderFailed(SOURCE, Ending.of(EndReason.PROTOCOL_ERROR));
    admission.sealBroken(SOURCE, Ending.of(EndReason.ABORTED));
    assertThat(admission.penalties().penalty(SOURCE)).isZero();
    admission.sealBroken(SOURCE, Ending.of(EndReason.SEAL_BROKEN));
    assertThat(admission.penalties().penalty(SOURCE)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aCrowdFromManyThreadsIsCountedExactly() throws Exception {
    Admission admission =
        new Admission(
            new Settings(500, 20, true), SecurityLog.none(), nanos::get, () -> Math.random() / 2);
    Thread[] threads = new Thread[8];
    for (int i = 0; i < threads.length; i++) {
      SplittableRandom random = new SplittableRandom(i);
      threads[i] = Thread.ofPlatform().start(() -> comeAndGo(admission, counters.shared(), random));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admission.connections()).isZero();
    assertThat(admission.unauthenticated()).isZero();
  }

  private static void comeAndGo(Admission admission, Tally tally, SplittableRandom random) {
    for (int i = 0; i < 20_000; i++) {
      if (admission.admits(SOURCE, tally)) {
        boolean authenticates = random.nextBoolean();
        if (authenticates) {
          admission.authenticated();
        }
        admission.leaves(authenticates);
      }
    }
  }
}
