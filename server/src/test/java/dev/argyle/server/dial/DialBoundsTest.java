package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Counter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Names with many addresses: descriptors and the stack have bounds. */
@Tag("unit")
class DialBoundsTest extends DialCase {

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
}
