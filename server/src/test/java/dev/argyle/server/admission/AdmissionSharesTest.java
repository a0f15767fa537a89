package dev.argyle.server.admission;

import static dev.argyle.server.telemetry.Counter.CONNECTIONS_ACCEPTED;
import static dev.argyle.server.telemetry.Counter.REFUSED_EARLY_DROP;
import static dev.argyle.server.telemetry.Counter.REFUSED_SOURCE_EARLY_DROP;
import static dev.argyle.server.telemetry.Counter.REFUSED_SOURCE_TOO_MANY;
import static dev.argyle.server.telemetry.Counter.REFUSED_TOO_MANY;
import static dev.argyle.server.telemetry.Counter.REFUSED_USER_TOO_MANY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.SecurityLog;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What one source or user may have of all places, so that others have the rest. */
@Tag("unit")
class AdmissionSharesTest extends AdmissionCase {

  @Test
  void sourceThatFillsTheHandshakesLeavesAQuarterToTheOthers() {
    Admission admission = admission(1_000, 100);
    chance = 0.999; // the best luck
    int had = 0;
    while (arrives(admission, Door.SOCKS, SOURCE) == CONNECTIONS_ACCEPTED) {
      had++;
    }
    assertThat(had).isEqualTo(75);
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(REFUSED_SOURCE_EARLY_DROP);
    chance = 0; // the worst luck
    for (int i = 0; i < 25; i++) {
      assertThat(arrives(admission, Door.SOCKS, OTHER)).isEqualTo(CONNECTIONS_ACCEPTED);
    }
    assertThat(arrives(admission, Door.SOCKS, OTHER)).isEqualTo(REFUSED_EARLY_DROP);
  }

  @Test
  void halfOfTheHandshakesMayBeOfOneSourceBeforeAnyOfItIsDropped() {
    Admission admission = admission(1_000, 100);
    chance = 0; // the worst luck
    for (int i = 0; i < 51; i++) {
      assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
    }
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(REFUSED_SOURCE_EARLY_DROP);
    inside.removeLast().authenticated();
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  @Test
  void sourceHasHalfOfTheConnectionsAndTheOthersTheRest() {
    Admission admission = admission(7, 100);
    for (int i = 0; i < 4; i++) {
      assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
      inside.getLast().authenticated();
    }
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(REFUSED_SOURCE_TOO_MANY);
    for (int i = 0; i < 3; i++) {
      assertThat(arrives(admission, Door.SOCKS, OTHER)).isEqualTo(CONNECTIONS_ACCEPTED);
    }
    assertThat(arrives(admission, Door.SOCKS, OTHER)).isEqualTo(REFUSED_TOO_MANY);
    inside.removeFirst().leaves();
    assertThat(arrives(admission, Door.SOCKS, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  @Test
  void userHasHalfOfTheConnectionsWhereverTheyComeFrom() {
    Admission admission = admission(4, 100);
    List<Boolean> counted = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
      counted.add(inside.getLast().isOf("ana", counters.shared()));
    }
    assertThat(counted).containsExactly(true, true, false);
    assertThat(counters.sum(REFUSED_USER_TOO_MANY)).isEqualTo(1);
    assertThat(inside.getLast().isOf("ben", counters.shared())).isTrue();
    inside.removeFirst().leaves();
    assertThat(arrives(admission)).isEqualTo(CONNECTIONS_ACCEPTED);
    assertThat(inside.getLast().isOf("ana", counters.shared())).isTrue();
    inside.forEach(Admitted::leaves);
    assertThat(admission.places(Door.SOCKS).users()).isZero();
  }

  @Test
  void addressesOfOneIpv6NetworkHaveOneShare() {
    Admission admission = admission(3, 100);
    for (int i = 0; i < 2; i++) {
      assertThat(arrives(admission, Door.SOCKS, InetAddress.ofLiteral("2001:db8::" + i)))
          .isEqualTo(CONNECTIONS_ACCEPTED);
    }
    assertThat(arrives(admission, Door.SOCKS, InetAddress.ofLiteral("2001:db8::ffff")))
        .isEqualTo(REFUSED_SOURCE_TOO_MANY);
  }

  @ParameterizedTest
  @EnumSource(
      value = Door.class,
      names = {"MASS", "FEED", "HTTP"})
  void sourceThatFillsADoorKeepsNoAdministratorOut(Door door) {
    Admission admission = admission(10, 10); // the doors do not go by the SOCKS side's bounds
    chance = 0.999;
    int had = 0;
    while (arrives(admission, door, SOURCE) == CONNECTIONS_ACCEPTED) {
      had++;
    }
    int inHandshake = door == Door.HTTP ? 256 : 128;
    assertThat(had).isEqualTo(inHandshake - inHandshake / 4);
    chance = 0;
    for (int i = 0; i < inHandshake / 4; i++) {
      assertThat(arrives(admission, door, OTHER)).isEqualTo(CONNECTIONS_ACCEPTED);
    }
    assertThat(arrives(admission, door, OTHER)).isEqualTo(REFUSED_EARLY_DROP);
    assertThat(admission.connections()).as("at the SOCKS door").isZero();
  }

  @ParameterizedTest
  @CsvSource({"MASS, 256, FEED", "FEED, 256, HTTP", "HTTP, 2048, MASS"})
  void doorHoldsSoManyConnectionsAndNoMore(Door door, int most, Door other) {
    Admission admission = admission(10, 10);
    for (int i = 0; i < most; i++) {
      InetAddress from = address(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
      assertThat(arrives(admission, door, from)).isEqualTo(CONNECTIONS_ACCEPTED);
      inside.getLast().authenticated();
    }
    assertThat(arrives(admission, door, SOURCE)).isEqualTo(REFUSED_TOO_MANY);
    assertThat(arrives(admission, other, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
    inside.getFirst().leaves();
    assertThat(arrives(admission, door, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  @ParameterizedTest
  @CsvSource({"MASS, 128", "FEED, 128", "HTTP, 1024"})
  void doorHoldsSoManyConnectionsOfASourceAndNoMore(Door door, int ofASource) {
    Admission admission = admission(10, 10);
    for (int i = 0; i < ofASource; i++) {
      assertThat(arrives(admission, door, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
      inside.getLast().authenticated();
    }
    assertThat(arrives(admission, door, SOURCE)).isEqualTo(REFUSED_SOURCE_TOO_MANY);
    assertThat(arrives(admission, door, OTHER)).isEqualTo(CONNECTIONS_ACCEPTED);
    inside.getFirst().leaves();
    assertThat(arrives(admission, door, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  @Test
  void whoIsDroppedForItsSourceHasALine(@TempDir Path data) throws Exception {
    Path file = data.resolve("security.log");
    try (SecurityLog log = log(file)) {
      Admission admission = admission(log);
      for (int i = 0; i < 256; i++) {
        admission.admits(Door.MASS, SOURCE, counters.shared());
      }
    }
    assertThat(Files.readString(file).lines())
        .containsExactly(
            Files.readString(file).lines().findFirst().orElseThrow(),
            Files.readString(file).lines().skip(1).findFirst().orElseThrow())
        .allMatch(
            line -> line.contains("refused client=192.0.2.1 reason=early-drop-of-source count="));
  }
}
