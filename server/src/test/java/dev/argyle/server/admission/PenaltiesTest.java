package dev.argyle.server.admission;

import static dev.argyle.server.admission.Penalties.Reason.AUTHENTICATION_FAILED;
import static dev.argyle.server.admission.Penalties.Reason.HANDSHAKE_TIMEOUT;
import static dev.argyle.server.admission.Penalties.Reason.MALFORMED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Source;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PenaltiesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final InetAddress ONE = address("192.0.2.1");
  private static final InetAddress OTHER = address("192.0.2.2");

  private long nanos = Long.MAX_VALUE - 5 * SECOND; // it wraps on the way
  private final Penalties penalties = new Penalties(() -> nanos);

  @Test
  void aSourceIsRefusedFromTheThresholdOnUntilAllIsPaid() {
    for (int i = 0; i < 5; i++) {
      assertThat(penalties.penalise(ONE, AUTHENTICATION_FAILED)).isNull();
      assertThat(penalties.refuses(ONE)).isFalse();
    }
    assertThat(penalties.penalise(ONE, AUTHENTICATION_FAILED)).isEqualTo(Penalties.THRESHOLD);
    assertThat(penalties.refuses(ONE)).isTrue();
    assertThat(penalties.refuses(OTHER)).isFalse();
    nanos += 30 * SECOND - 1;
    assertThat(penalties.refuses(ONE)).isTrue(); // also when it owes less than the threshold
    nanos += 1;
    assertThat(penalties.refuses(ONE)).isFalse();
    assertThat(penalties.penalty(ONE)).isZero();
    assertThat(penalties.sources()).isZero();
  }

  @Test
  void penaltiesAreListedInPagesWithWhatTheNewestFailureWas() {
    nanos = 0;
    penalties.penalise(ONE, Door.SOCKS, MALFORMED, MALFORMED.debt());
    penalties.penalise(ONE, Door.MASS, AUTHENTICATION_FAILED, AUTHENTICATION_FAILED.debt());
    penalties.penalise(address("2001:db8::1"), Door.SOCKS, MALFORMED, Penalties.THRESHOLD);
    penalties.penalise(address("fe80::1"), MALFORMED);
    penalties.penalise(OTHER, MALFORMED);
    List<PenaltyEntry> all = penalties.page(null, 10);
    assertThat(all)
        .extracting(entry -> entry.source().text())
        .containsExactly("192.0.2.1", "192.0.2.2", "2001:db8::/64", "fe80::/64");
    PenaltyEntry one = all.getFirst();
    assertThat(one.door()).isEqualTo(Door.MASS);
    assertThat(one.reason()).isEqualTo(AUTHENTICATION_FAILED);
    assertThat(one.left()).isEqualTo(Duration.ofSeconds(7));
    assertThat(one.refused()).isFalse();
    assertThat(all.get(2).refused()).isTrue();
    assertThat(penalties.page(null, 1)).isEqualTo(all.subList(0, 1));
    assertThat(penalties.page(all.get(0).source(), 2)).isEqualTo(all.subList(1, 3));
    assertThat(penalties.page(all.get(1).source(), 9)).isEqualTo(all.subList(2, 4));
    assertThat(penalties.page(all.get(2).source(), 9)).isEqualTo(all.subList(3, 4));
    assertThat(penalties.page(all.get(3).source(), 9)).isEmpty();
    nanos = 7 * SECOND;
    assertThat(penalties.page(null, 9)).as("the others have expired").hasSize(1);
  }

  @Test
  void forgivenSourceIsNotRefusedAndBeginsAnew() {
    penalties.penalise(ONE, Door.SOCKS, MALFORMED, Penalties.THRESHOLD);
    penalties.penalise(OTHER, Door.SOCKS, MALFORMED, Penalties.THRESHOLD);
    assertThat(penalties.forgive(Source.of(ONE))).isTrue();
    assertThat(penalties.forgive(Source.of(ONE))).isFalse();
    assertThat(penalties.refuses(ONE)).isFalse();
    assertThat(penalties.penalty(ONE)).isZero();
    assertThat(penalties.refuses(OTHER)).isTrue();
    penalties.penalise(ONE, MALFORMED);
    assertThat(penalties.penalty(ONE)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void oneNanosecondBelowTheThresholdIsNotRefused() {
    penalise(ONE, 5);
    nanos += 1;
    penalise(ONE, 1);
    assertThat(penalties.refuses(ONE)).isFalse();
  }

  @Test
  void aBeginningRefusalIsToldOnce() {
    penalise(ONE, 5);
    assertThat(penalties.penalise(ONE, AUTHENTICATION_FAILED)).isNotNull();
    assertThat(penalties.penalise(ONE, AUTHENTICATION_FAILED)).isNull();
    nanos += 35 * SECOND;
    assertThat(penalties.refuses(ONE)).isFalse();
    penalise(ONE, 5);
    assertThat(penalties.penalise(ONE, AUTHENTICATION_FAILED)).isNotNull(); // and once again
  }

  @Test
  void timePaysSecondBySecond() {
    penalties.penalise(ONE, HANDSHAKE_TIMEOUT);
    nanos += 4 * SECOND;
    assertThat(penalties.penalty(ONE)).isEqualTo(Duration.ofSeconds(1));
    penalties.penalise(ONE, MALFORMED);
    assertThat(penalties.penalty(ONE)).isEqualTo(Duration.ofSeconds(3));
    nanos += 100 * SECOND;
    penalties.penalise(ONE, MALFORMED);
    assertThat(penalties.penalty(ONE)).isEqualTo(Duration.ofSeconds(2)); // nothing is left over
  }

  @Test
  void neverMoreThanTheCapIsOwed() {
    penalise(ONE, 120);
    assertThat(penalties.penalty(ONE)).isEqualTo(Penalties.CAP);
    penalise(ONE, 1);
    assertThat(penalties.penalty(ONE)).isEqualTo(Penalties.CAP);
    nanos += Penalties.CAP.toNanos();
    assertThat(penalties.refuses(ONE)).isFalse();
  }

  @Test
  void answersAreHeldBackLongerAndLonger() {
    List<Long> millis = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      penalise(ONE, 1);
      millis.add(penalties.delay(ONE).toMillis());
    }
    assertThat(millis).containsExactly(0L, 1_000L, 1_500L, 2_000L, 2_500L, 3_000L, 3_000L, 3_000L);
    assertThat(penalties.delay(OTHER)).isZero();
  }

  @Test
  void ipv6IsCountedByItsSlash64() {
    penalise(address("2001:db8:1:2::1"), 6);
    assertThat(penalties.refuses(address("2001:db8:1:2:ffff::ffff"))).isTrue();
    assertThat(penalties.refuses(address("2001:db8:1:3::1"))).isFalse();
  }

  @Test
  void aMappedAddressIsItsIpv4Address() {
    penalise(address("::ffff:192.0.2.1"), 6);
    assertThat(penalties.refuses(ONE)).isTrue();
  }

  /** A web page of one user of this machine would shut out the others, and the user as well. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1"})
  void loopbackIsDelayedButNeverRefused(String loopback) {
    InetAddress source = address(loopback);
    for (int i = 0; i < 200; i++) {
      assertThat(penalties.penalise(source, AUTHENTICATION_FAILED)).isNull();
    }
    assertThat(penalties.refuses(source)).isFalse();
    assertThat(penalties.penalty(source)).isEqualTo(Penalties.CAP);
    assertThat(penalties.delay(source)).isEqualTo(Penalties.MAX_DELAY);
  }

  @ParameterizedTest(name = "a verification of {0} hashes: {1} ms")
  @CsvSource({"1, 5000", "10, 5000", "11, 5500", "20, 10000", "60, 30000", "100000, 600000"})
  void wrongPasswordIsPaidForByTheTimeThatItsHashTakes(int hashes, long millis) {
    penalties.penalise(ONE, null, AUTHENTICATION_FAILED, Penalties.ofPassword(hashes));
    assertThat(penalties.penalty(ONE)).isEqualTo(Duration.ofMillis(millis));
  }

  /** One costly guess at a time, each when the last one is forgotten, used to be free. */
  @Test
  void pacedGuesserAtACostlyHashHasATenthOfTheTimeAtMost() {
    int hashes = 40; // two seconds each
    long hashingNanos = 0;
    long begun = nanos;
    for (int i = 0; i < 100; i++) {
      while (penalties.refuses(ONE) || penalties.penalty(ONE).isPositive()) {
        nanos += SECOND;
      }
      nanos += 2 * SECOND;
      hashingNanos += 2 * SECOND;
      penalties.penalise(ONE, null, AUTHENTICATION_FAILED, Penalties.ofPassword(hashes));
    }
    assertThat(hashingNanos * Penalties.PENALTY_PER_HASHING_TIME)
        .isLessThanOrEqualTo(nanos + penalties.penalty(ONE).toNanos() - begun);
  }

  @ParameterizedTest(name = "{0} ms: {1} ms")
  @CsvSource({"0, 0", "99, 0", "100, 50", "8500, 4250", "10000, 5000", "600000, 5000"})
  void placeThatWasKeptForNothingIsPaidForByTime(long heldMillis, long debtMillis) {
    assertThat(Penalties.ofPlaceHeld(heldMillis * 1_000_000))
        .isEqualTo(Duration.ofMillis(debtMillis));
  }

  @Test
  void inAFullTableTheOneNearestToHavingPaidGivesItsPlace() {
    penalise(numbered(0), 1);
    penalise(numbered(1), 6);
    for (int i = 2; i < Penalties.MAX_SOURCES; i++) {
      nanos += 1;
      penalise(numbered(i), 1);
    }
    assertThat(penalties.sources()).isEqualTo(Penalties.MAX_SOURCES);
    assertThat(penalties.penalty(numbered(0))).isPositive();

    penalise(numbered(Penalties.MAX_SOURCES), 1);
    assertThat(penalties.sources()).isEqualTo(Penalties.MAX_SOURCES);
    assertThat(penalties.penalty(numbered(0))).isZero();
    assertThat(penalties.penalty(numbered(2))).isPositive();
    assertThat(penalties.refuses(numbered(1))).isTrue();
  }

  @Test
  void ipv6CannotPushIpv4Out() {
    penalise(ONE, 1);
    for (int i = 0; i <= Penalties.MAX_SOURCES; i++) {
      penalise(network(i), 2);
    }
    assertThat(penalties.penalty(ONE)).isPositive();
    assertThat(penalties.sources()).isEqualTo(Penalties.MAX_SOURCES + 1);
  }

  @Test
  void whoHasPaidLeavesTheTableAsOthersCome() {
    for (int i = 0; i < 100; i++) {
      penalise(numbered(i), 1);
    }
    nanos += 10 * SECOND;
    for (int i = 100; i < 200; i++) {
      penalise(numbered(i), 1);
    }
    assertThat(penalties.sources()).isEqualTo(100);
  }

  @Test
  void switchedOffNobodyIsPenalised() {
    penalise(ONE, 6);
    penalties.enable(false);
    assertThat(penalties.refuses(ONE)).isFalse();
    penalise(ONE, 6);
    assertThat(penalties.refuses(ONE)).isFalse();
    assertThat(penalties.delay(ONE)).isZero();
    assertThat(penalties.sources()).isZero();
  }

  private void penalise(InetAddress source, int times) {
    for (int i = 0; i < times; i++) {
      penalties.penalise(source, AUTHENTICATION_FAILED);
    }
  }

  private static InetAddress numbered(int number) {
    return of(ByteBuffer.allocate(4).putInt(0x0A000000 + number).array());
  }

  private static InetAddress network(int number) {
    return of(ByteBuffer.allocate(16).putInt(0x20010DB8).putInt(number).array());
  }

  private static InetAddress of(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
