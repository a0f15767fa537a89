package dev.argyle.server.admission;

import static dev.argyle.server.telemetry.Counter.CONNECTIONS_ACCEPTED;
import static dev.argyle.server.telemetry.Counter.REFUSED_EARLY_DROP;
import static dev.argyle.server.telemetry.Counter.REFUSED_PENALISED;
import static dev.argyle.server.telemetry.Counter.REFUSED_SOURCE_EARLY_DROP;
import static dev.argyle.server.telemetry.Counter.REFUSED_SOURCE_TOO_MANY;
import static dev.argyle.server.telemetry.Counter.REFUSED_TOO_MANY;
import static dev.argyle.server.telemetry.Counter.REFUSED_USER_TOO_MANY;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.admission.Admission.Settings;
import dev.argyle.server.admission.Penalties.Reason;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.Network;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LogDestination;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Tally;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class AdmissionTest {

  private static final InetAddress SOURCE = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // it wraps soon
  private final Counters counters = new Counters();
  private final Deque<Admitted> inside = new ArrayDeque<>();
  private double chance;
  private int sources;

  private Admission admission(int maxConnections, int maxUnauthenticated) {
    return new Admission(
        new Settings(maxConnections, maxUnauthenticated, true),
        SecurityLog.none(),
        1,
        nanos::get,
        () -> chance);
  }

  /** What counts a client that arrives, from a source of its own. */
  private Counter arrives(Admission admission) {
    int number = sources++;
    byte[] octets = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    return arrives(admission, Door.SOCKS, address(octets));
  }

  /** What counts a client that arrives. */
  private Counter arrives(Admission admission, Door door, InetAddress from) {
    Counters own = new Counters();
    Admitted admitted = admission.admits(door, from, own.shared());
    if (admitted != null) {
      inside.addLast(admitted);
    } else {
      assertThat(own.sum(CONNECTIONS_ACCEPTED)).isZero();
    }
    return Stream.of(Counter.values())
        .filter(each -> own.sum(each) > 0)
        .findFirst()
        .orElse(CONNECTIONS_ACCEPTED); // at the doors nobody counts them
  }

  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException bug) {
      throw new AssertionError(bug);
    }
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
  void aWrongPasswordIsCountedLoggedAndPenalisedAndItsAnswerComesLaterAndLater(@TempDir Path data)
      throws Exception {
    Path file = data.resolve("security.log");
    try (SecurityLog log =
        SecurityLog.open(new LogDestination.File(file), counters, InstantSource.system())) {
      Admission admission =
          new Admission(new Settings(10, 10, true), log, 1, nanos::get, () -> chance);
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

  private Admitted admitted(Admission admission) {
    return requireNonNull(admission.admits(Door.SOCKS, SOURCE, counters.shared()));
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

  // Shares

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

  @Test
  void doorHoldsSoManyConnectionsAndNoMore() {
    Admission admission = admission(10, 10);
    for (int i = 0; i < 256; i++) {
      InetAddress from = address(new byte[] {10, 0, 0, (byte) i});
      assertThat(arrives(admission, Door.MASS, from)).isEqualTo(CONNECTIONS_ACCEPTED);
      inside.getLast().authenticated();
    }
    assertThat(arrives(admission, Door.MASS, SOURCE)).isEqualTo(REFUSED_TOO_MANY);
    assertThat(arrives(admission, Door.FEED, SOURCE)).isEqualTo(CONNECTIONS_ACCEPTED);
  }

  /** The attack: 256 connections at a door, each replaced shortly before its timeout. */
  @Test
  void whoLeavesWithoutAWordShortlyBeforeTheTimeoutIsRefusedSoonAndHasALine(@TempDir Path data)
      throws Exception {
    Path file = data.resolve("security.log");
    try (SecurityLog log =
        SecurityLog.open(new LogDestination.File(file), counters, InstantSource.system())) {
      Admission admission =
          new Admission(new Settings(10, 10, true), log, 1, nanos::get, () -> chance);
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

  @Test
  void whoIsDroppedForItsSourceHasALine(@TempDir Path data) throws Exception {
    Path file = data.resolve("security.log");
    try (SecurityLog log =
        SecurityLog.open(new LogDestination.File(file), counters, InstantSource.system())) {
      Admission admission =
          new Admission(new Settings(10, 10, true), log, 1, nanos::get, () -> chance);
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
