package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Plays of Happy Eyeballs on a clock that the test moves: which address is tried when. */
@Tag("unit")
class DialTest extends DialCase {

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
}
