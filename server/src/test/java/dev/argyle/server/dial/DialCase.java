package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.ImmediateEventExecutor;
import org.junit.jupiter.api.AfterEach;

/** What plays of a dial share: fakes of all that it talks to, and that nothing of it stays. */
abstract class DialCase {

  final FakeTiming timing = new FakeTiming();
  final FakeConnector connector = new FakeConnector();
  final Counters counters = new Counters();
  final FakeResolver resolver = new FakeResolver();
  final RecordedOutcome outcome = new RecordedOutcome();
  Gate gate = address -> Gate.Allowed.FROM_ANY;

  Dial dial() {
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

  static Gate.Verdict no() {
    return new Gate.Denied("loopback");
  }
}
