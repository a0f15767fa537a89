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
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Tally;
import java.net.InetAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class AdmissionTest extends AdmissionCase {

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
    inside.getLast().authenticated();
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  @Test
  void atMaxConnectionsTheNextIsOneTooMany() {
    Admission admission = admission(3, 100);
    for (int i = 0; i < 3; i++) {
      assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
      inside.getLast().authenticated();
    }
    assertThat(arrives(admission)).isEqualTo(REFUSED_TOO_MANY);
    inside.removeLast().leaves();
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    assertThat(arrives(admission)).isEqualTo(REFUSED_TOO_MANY);
  }

  @Test
  void whoLeavesFreesItsPlaces() {
    Admission admission = admission(10, 10);
    arrives(admission);
    arrives(admission);
    inside.getFirst().authenticated();
    inside.getFirst().authenticated(); // and once more
    assertThat(admission.unauthenticated()).isEqualTo(1);
    for (int i = 0; i < 2; i++) {
      inside.forEach(Admitted::leaves);
      assertThat(admission.unauthenticated()).isZero();
      assertThat(admission.connections()).isZero();
      assertThat(admission.places(Door.SOCKS).sources()).isZero();
    }
  }

  @Test
  void aPenalisedSourceIsNotCounted() {
    Admission admission = admission(10, 10);
    for (int i = 0; i < 6; i++) {
      assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
      inside.removeLast().leaves();
      admission.penalties().penalise(SOURCE, Reason.AUTHENTICATION_FAILED);
    }
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(REFUSED_PENALISED);
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
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
    admission.settings(new Settings(10, 10, true));
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED); // dropped
  }

  @Test
  void boundsOfNoneAreRefused() {
    assertThatThrownBy(() -> new Settings(0, 1, true)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Settings(1, 0, true)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Settings.of(Configuration.defaults().socks(), Integer.MAX_VALUE))
        .isEqualTo(new Settings(100_000, 1_024, true));
  }

  @ParameterizedTest
  @CsvSource({"1024, 341", "8192, 2730", "149999, 49999", "524288, 50000", "2, 1"})
  void tunnelsOfOneSourceLeaveDescriptorsForOthers(int descriptors, int most) {
    Settings settings = Settings.of(Configuration.defaults().socks(), descriptors);
    assertThat(settings.socks().ofASource()).isEqualTo(most);
    assertThat(settings.socks().connections()).isEqualTo(100_000);
  }

  @Test
  void aCrowdFromManyThreadsIsCountedExactly() throws Exception {
    Admission admission =
        new Admission(
            new Settings(500, 20, true),
            SecurityLog.none(),
            1,
            nanos::get,
            () -> Math.random() / 2);
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
    assertThat(admission.places(Door.SOCKS).sources()).isZero();
  }

  private static void comeAndGo(Admission admission, Tally tally, SplittableRandom random) {
    for (int i = 0; i < 20_000; i++) {
      InetAddress source = random.nextBoolean() ? SOURCE : OTHER;
      Admitted client = admission.admits(Door.SOCKS, source, tally);
      if (client != null) {
        if (random.nextBoolean()) {
          client.authenticated();
        }
        client.leaves();
      }
    }
  }
}
