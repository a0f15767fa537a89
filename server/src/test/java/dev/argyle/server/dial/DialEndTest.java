package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a dial ends with: the failure that tells most, a denial, a timeout, a bug, or its caller.
 */
@Tag("unit")
class DialEndTest extends DialCase {

  @Test
  void aDeniedNameOfOneFamilyIsDeniedAndNotUnknown() {
    gate = address -> no();
    dial();
    resolver.answer(IPV6);
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(outcome.why).isEqualTo(DialFailure.DENIED);
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
}
