package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Plays of Happy Eyeballs on a clock that the test moves. */
@Tag("unit")
class DialTest {

  private final FakeTiming timing = new FakeTiming();
  private final FakeConnector connector = new FakeConnector();
  private final Counters counters = new Counters();
  private final FakeResolver resolver = new FakeResolver();
  private final RecordedOutcome outcome = new RecordedOutcome();
  private Gate gate = address -> Gate.Allowed.FROM_ANY;

  private Dial dial() {
    return new Dialler(
            ImmediateEventExecutor.INSTANCE, resolver, connector, counters.shared(), timing)
        .dial(
            Literals.SOMEBODY,
            new Destination(new Host.Name("Example.ORG."), 80),
            address -> gate.check(address),
            outcome);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(outcome.ended || resolver.cancelled).as("it has ended").isTrue();
    assertThat(connector.open()).as("open sockets").isEqualTo(outcome.socket == null ? 0 : 1);
    assertThat(timing.waiting()).as("alarms").isZero();
  }

  @Test
  void namesAreAskedForInLowerCaseWithoutTrailingDot() {
    dial().cancel();
    assertThat(resolver.asked).isEqualTo("example.org");
  }

  @Test
  void answersAndAlarmsOfManyDialsAreStepsThatWaitForTheirTurn() {
    connector.holdSteps();
    Dial dial = dial();
    resolver.answer(IPV6, "::1");
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(connector.tried).as("at once with the answer").isEmpty();
    connector.giveTurns();
    assertThat(connector.tried).containsExactly("::1");
    timing.passMillis(Dial.ATTEMPT_DELAY_MILLIS);
    assertThat(connector.tried).as("at once with the alarm").hasSize(1);
    connector.giveTurns();
    assertThat(connector.tried).containsExactly("::1", "192.0.2.1");
    timing.passMillis(Dial.ATTEMPT_DELAY_MILLIS);
    dial.cancel();
    connector.giveTurns(); // of nobody
  }

  @Test
  void aDeniedNameOfOneFamilyIsDeniedAndNotUnknown() {
    gate = address -> no();
    dial();
    resolver.answer(IPV6);
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(outcome.why).isEqualTo(DialFailure.DENIED);
  }

  @Test
  void ipv6StartsAtOnceWithoutWaitingForTheOtherFamily() {
    dial();
    resolver.answer(IPV6, "2001:db8::1");
    assertThat(connector.tried).containsExactly("2001:db8:0:0:0:0:0:1");
    connector.connect("2001:db8:0:0:0:0:0:1");
    assertThat(outcome.to).hasToString("/[2001:db8:0:0:0:0:0:1]:80");
    assertThat(resolver.cancelled).isTrue();
  }

  @Test
  void ipv4WaitsFiftyMillisecondsForIpv6() {
    dial();
    resolver.answer(IPV4, "192.0.2.1");
    timing.passMillis(49);
    assertThat(connector.tried).isEmpty();
    timing.passMillis(1);
    assertThat(connector.tried).containsExactly("192.0.2.1");
    connector.connect("192.0.2.1");
    assertThat(outcome.socket).isEqualTo(1);
  }

  @Test
  void ipv6ThatComesWithinTheResolutionDelayGoesFirst() {
    dial();
    resolver.answer(IPV4, "192.0.2.1");
    timing.passMillis(30);
    resolver.answer(IPV6, "::6");
    assertThat(connector.tried).containsExactly("::6");
    timing.passMillis(249);
    assertThat(connector.tried).hasSize(1);
    timing.passMillis(1);
    assertThat(connector.tried).containsExactly("::6", "192.0.2.1");
    connector.connect("192.0.2.1");
    assertThat(connector.isCancelled("::6")).isTrue();
  }

  @Test
  void ipv4StartsAtOnceWhenThereIsNoIpv6() {
    dial();
    resolver.answer(IPV6);
    assertThat(connector.tried).isEmpty();
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(connector.tried).containsExactly("192.0.2.1");
    connector.connect("192.0.2.1");
  }

  @Test
  void anIpv6QuestionThatFailsDoesNotHoldUpIpv4() {
    dial();
    resolver.answer(IPV4, "192.0.2.1");
    resolver.fail(IPV6, DialFailure.NAME_SERVER_FAILED);
    assertThat(connector.tried).containsExactly("192.0.2.1");
    connector.connect("192.0.2.1");
  }

  @Test
  void anIpv6QuestionThatIsNeverAnsweredCostsFiftyMilliseconds() {
    dial();
    resolver.answer(IPV4, "192.0.2.1");
    timing.passMillis(50);
    connector.connect("192.0.2.1");
    assertThat(outcome.socket).isEqualTo(1);
    assertThat(resolver.cancelled).isTrue();
  }

  @Test
  void anIpv4QuestionThatIsNeverAnsweredCostsNothing() {
    dial();
    resolver.answer(IPV6, "::6");
    connector.connect("::6");
    assertThat(outcome.socket).isEqualTo(1);
  }

  @Test
  void familiesTakeTurns() {
    dial();
    resolver.answer(IPV4, "192.0.2.1", "192.0.2.2", "192.0.2.3");
    resolver.answer(IPV6, "::a", "::b");
    timing.passMillis(Dial.MIN_ATTEMPT_MILLIS);
    assertThat(connector.tried)
        .containsExactly("::a", "192.0.2.1", "::b", "192.0.2.2", "192.0.2.3");
    connector.connect("::b");
    assertThat(connector.open()).isEqualTo(1);
  }

  @Test
  void anAddressWithoutRouteIsFollowedByTheNextAtOnce() {
    connector.failAtOnce("::6", Errno.ENETUNREACH);
    dial();
    resolver.answer(IPV4, "192.0.2.1");
    resolver.answer(IPV6, "::6");
    assertThat(connector.tried).containsExactly("::6", "192.0.2.1");
    connector.connect("192.0.2.1");
  }

  @Test
  void aFailureStartsTheNextAtOnceAndTheDelayBeginsAnew() {
    dial();
    resolver.answer(IPV4, "192.0.2.1", "192.0.2.2");
    resolver.answer(IPV6, "::6");
    timing.passMillis(200);
    connector.fail("::6", Errno.ECONNREFUSED);
    assertThat(connector.tried).containsExactly("::6", "192.0.2.1");
    timing.passMillis(249);
    assertThat(connector.tried).hasSize(2);
    timing.passMillis(1);
    assertThat(connector.tried).hasSize(3);
    connector.connect("192.0.2.1");
  }

  @Test
  void anAddressThatComesLateWaitsForTheRestOfTheDelay() {
    dial();
    resolver.answer(IPV6, "::6");
    timing.passMillis(100);
    resolver.answer(IPV4, "192.0.2.1");
    timing.passMillis(149);
    assertThat(connector.tried).containsExactly("::6");
    timing.passMillis(1);
    assertThat(connector.tried).containsExactly("::6", "192.0.2.1");
    connector.connect("192.0.2.1");
  }

  @Test
  void anAddressThatComesAfterTheDelayIsTriedAtOnce() {
    dial();
    resolver.answer(IPV6, "::6");
    timing.passMillis(400);
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(connector.tried).containsExactly("::6", "192.0.2.1");
    connector.connect("::6");
  }

  @Test
  void theEndWaitsForAnAnswerThatIsStillDue() {
    dial();
    resolver.answer(IPV6, "::6");
    connector.fail("::6", Errno.ENETUNREACH);
    assertThat(outcome.ended).isFalse();
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(connector.tried).containsExactly("::6", "192.0.2.1");
    connector.connect("192.0.2.1");
  }

  @Test
  void theMostTellingFailureIsTold() {
    dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1", "192.0.2.2");
    connector.fail("::6", Errno.ENETUNREACH);
    connector.fail("192.0.2.1", Errno.ECONNREFUSED);
    connector.fail("192.0.2.2", Errno.ETIMEDOUT);
    assertThat(outcome.why).isEqualTo(DialFailure.REFUSED);
    assertThat(outcome.detail).isEqualTo("connection refused");
  }

  @Test
  void aNameWithoutAddressesIsNotFound() {
    dial();
    resolver.answer(IPV4);
    assertThat(outcome.ended).isFalse();
    resolver.answer(IPV6);
    assertThat(outcome.why).isEqualTo(DialFailure.NAME_NOT_FOUND);
    assertThat(timing.waiting()).isZero();
  }

  @Test
  void aQuestionThatNobodyAnsweredSaysMoreThanOneWithoutAddresses() {
    dial();
    resolver.answer(IPV6);
    resolver.fail(IPV4, DialFailure.TIMED_OUT);
    assertThat(outcome.why).isEqualTo(DialFailure.TIMED_OUT);
  }

  @Test
  void deniedAddressesAreSkippedAtOnce() {
    gate = address -> address.equals(Literals.ip("192.0.2.9")) ? Gate.Allowed.FROM_ANY : no();
    dial();
    resolver.answer(IPV6, "::1");
    resolver.answer(IPV4, "127.0.0.1", "192.0.2.9");
    assertThat(connector.tried).containsExactly("192.0.2.9");
    connector.connect("192.0.2.9");
  }

  @Test
  void whenEveryAddressIsDeniedTheDialIsDenied() {
    gate = address -> no();
    dial();
    resolver.answer(IPV6, "::1");
    resolver.answer(IPV4, "127.0.0.1");
    assertThat(connector.tried).isEmpty();
    assertThat(outcome.why).isEqualTo(DialFailure.DENIED);
    assertThat(outcome.detail).isEqualTo("loopback");
  }

  @Test
  void aDenialSaysMoreThanAFailureOfWhatWasAllowed() {
    gate = address -> Family.of(address) == IPV4 ? Gate.Allowed.FROM_ANY : no();
    dial();
    resolver.answer(IPV6, "::1");
    resolver.answer(IPV4, "192.0.2.1");
    connector.fail("192.0.2.1", Errno.ETIMEDOUT);
    assertThat(outcome.why).isEqualTo(DialFailure.DENIED);
    assertThat(outcome.detail).isEqualTo("loopback");
  }

  @Test
  void aDenialSaysMoreThanAFamilyWithoutAddresses() {
    gate = address -> no();
    dial();
    resolver.answer(IPV4, "127.0.0.1");
    resolver.answer(IPV6);
    assertThat(outcome.why).isEqualTo(DialFailure.DENIED);
  }

  @Test
  void anAddressOfAnotherFamilyThanTheSourceIsNotTried() {
    gate = address -> new Gate.Allowed(Literals.ip("192.0.2.200"));
    dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(connector.tried).containsExactly("192.0.2.1");
    assertThat(connector.sources).containsExactly(Literals.ip("192.0.2.200"));
    connector.fail("192.0.2.1", Errno.EIO);
    assertThat(outcome.why).isEqualTo(DialFailure.GENERAL);
  }

  @Test
  void cancelledBeforeAnyAnswerNothingIsTried() {
    dial().cancel();
    resolver.answer(IPV6, "::6");
    assertThat(connector.tried).isEmpty();
    assertThat(outcome.ended).isFalse();
  }

  @Test
  void cancelledInTheResolutionDelayNothingIsTried() {
    Dial dial = dial();
    resolver.answer(IPV4, "192.0.2.1");
    dial.cancel();
    timing.passMillis(1000);
    assertThat(connector.tried).isEmpty();
    assertThat(outcome.ended).isFalse();
  }

  @Test
  void cancelledAmongAttemptsAllOfThemEndAndALateSuccessIsClosed() {
    Dial dial = dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1", "192.0.2.2");
    timing.passMillis(250);
    dial.cancel();
    connector.connect("::6");
    connector.connect("192.0.2.1");
    timing.passMillis(1000);
    assertThat(connector.tried).hasSize(2);
    assertThat(outcome.ended).isFalse();
    dial.cancel();
    dial.timeout();
    assertThat(outcome.ended).isFalse();
  }

  @Test
  void cancellingAfterTheEndDoesNotTouchTheSocket() {
    Dial dial = dial();
    resolver.answer(IPV6, "::6");
    connector.connect("::6");
    dial.cancel();
    dial.timeout();
    assertThat(connector.open()).isEqualTo(1);
  }

  @Test
  void losersOfTheRaceAreClosed() {
    dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1");
    timing.passMillis(250);
    connector.connect("::6");
    connector.connect("192.0.2.1");
    assertThat(outcome.to).hasToString("/[0:0:0:0:0:0:0:6]:80");
    assertThat(connector.isCancelled("192.0.2.1")).isTrue();
  }

  @Test
  void theTimeoutWhileResolvingIsATimeout() {
    Dial dial = dial();
    resolver.answer(IPV6);
    dial.timeout();
    assertThat(outcome.why).isEqualTo(DialFailure.TIMED_OUT);
    assertThat(resolver.cancelled).isTrue();
  }

  @Test
  void theTimeoutAmongAttemptsTellsWhatIsKnownToBeWorse() {
    Dial dial = dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1");
    connector.fail("::6", Errno.ECONNREFUSED);
    dial.timeout();
    assertThat(outcome.why).isEqualTo(DialFailure.REFUSED);
  }

  @Test
  void theTimeoutAfterAnUnreachableNetworkIsATimeout() {
    Dial dial = dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1");
    connector.fail("::6", Errno.ENETUNREACH);
    dial.timeout();
    assertThat(outcome.why).isEqualTo(DialFailure.TIMED_OUT);
  }

  @Test
  void everythingMayHappenInsideTheCall() {
    resolver.atOnce(
        () -> {
          resolver.answer(IPV6, "::6");
          resolver.answer(IPV4, "192.0.2.1");
        });
    connector.failAtOnce("::6", Errno.ENETUNREACH);
    connector.connectAtOnce("192.0.2.1");
    dial();
    assertThat(connector.tried).containsExactly("::6", "192.0.2.1");
    assertThat(outcome.socket).isEqualTo(2);
  }

  @Test
  void manyAddressesThatFailAtOnceDoNotDeepenTheStack() {
    String[] many = new String[200];
    for (int i = 0; i < many.length; i++) {
      many[i] = "192.0.2." + i;
      connector.failAtOnce(many[i], Errno.ENETUNREACH);
    }
    dial();
    resolver.answer(IPV6);
    resolver.answer(IPV4, many);
    assertThat(connector.tried).hasSize(AddressPlan.MAX_ADDRESSES);
    assertThat(outcome.why).isEqualTo(DialFailure.NETWORK_UNREACHABLE);
  }

  private static String[] addresses(int count) {
    return IntStream.range(0, count).mapToObj(i -> "192.0.2." + i).toArray(String[]::new);
  }

  @Test
  void addressesThatNeverAnswerHoldFourDescriptorsAtMostAndTheLastIsReached() {
    dial();
    resolver.answer(IPV6);
    resolver.answer(IPV4, addresses(28));
    int most = 0;
    for (int millis = 0; millis < 10_000 && connector.tried.size() < 28; millis += 50) {
      timing.passMillis(50);
      most = Math.max(most, connector.open());
    }
    assertThat(most).isEqualTo(Dial.MAX_ATTEMPTS);
    assertThat(connector.tried).as("within the default connect timeout").hasSize(28);
    assertThat(counters.sum(Counter.DIAL_ATTEMPTS_CUT_SHORT)).isEqualTo(24);
    connector.connect("192.0.2.27");
    assertThat(outcome.socket).isEqualTo(28);
  }

  @Test
  void attemptIsNotCutShortBeforeItsSynCouldBeRepeated() {
    dial();
    resolver.answer(IPV6);
    resolver.answer(IPV4, addresses(5));
    timing.passMillis(Dial.MIN_ATTEMPT_MILLIS - 1);
    assertThat(connector.tried).hasSize(4);
    assertThat(connector.isCancelled("192.0.2.0")).isFalse();
    timing.passMillis(1);
    assertThat(connector.tried).hasSize(5);
    assertThat(connector.isCancelled("192.0.2.0")).isTrue();
    connector.connect("192.0.2.1");
  }

  @Test
  void fourthFailureMakesPlaceForTheFifthAddressAtOnce() {
    dial();
    resolver.answer(IPV6);
    resolver.answer(IPV4, addresses(5));
    timing.passMillis(800);
    connector.fail("192.0.2.3", Errno.ECONNREFUSED);
    assertThat(connector.tried).hasSize(5);
    assertThat(counters.sum(Counter.DIAL_ATTEMPTS_CUT_SHORT)).isZero();
    connector.connect("192.0.2.0");
  }

  @Test
  void addressesThatComeLateDoNotExceedTheBound() {
    dial();
    resolver.answer(IPV6, "::a", "::b", "::c", "::d");
    timing.passMillis(1100);
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(connector.open()).isEqualTo(4);
    timing.passMillis(400);
    assertThat(connector.tried).endsWith("192.0.2.1");
    assertThat(connector.open()).isEqualTo(4);
    connector.connect("192.0.2.1");
  }

  @Test
  void addressThatTheRulesDenyCutsNobodyShort() {
    gate = address -> address.getHostAddress().endsWith(".4") ? no() : Gate.Allowed.FROM_ANY;
    dial();
    resolver.answer(IPV6);
    resolver.answer(IPV4, addresses(5));
    timing.passMillis(5_000);
    assertThat(connector.open()).isEqualTo(4);
    assertThat(counters.sum(Counter.DIAL_ATTEMPTS_CUT_SHORT)).isZero();
    connector.connect("192.0.2.0");
  }

  @Test
  void aBugOfTheGateEndsTheDialAndIsToldToItsOwner() {
    gate = address -> bug();
    dial();
    resolver.answer(IPV6, "::6");
    assertThat(outcome.bug).hasMessage("a bug");
    assertThat(resolver.cancelled).isTrue();
  }

  @Test
  void aBugInATimerEndsEveryAttemptAndIsToldToTheOwner() {
    dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1");
    gate = address -> bug();
    timing.passMillis(250);
    assertThat(outcome.bug).hasMessage("a bug");
    assertThat(connector.isCancelled("::6")).isTrue();
  }

  @Test
  void aBugOfASocketEndsEveryAttemptAndIsToldToTheOwner() {
    dial();
    resolver.answer(IPV6, "::6");
    resolver.answer(IPV4, "192.0.2.1");
    timing.passMillis(250);
    connector.bug("::6", new LinkageError("a bug"));
    assertThat(outcome.bug).hasMessage("a bug");
    assertThat(connector.isCancelled("192.0.2.1")).isTrue();
  }

  private static Gate.Verdict bug() {
    throw new IllegalStateException("a bug");
  }

  private static Gate.Verdict no() {
    return new Gate.Denied("loopback");
  }
}
