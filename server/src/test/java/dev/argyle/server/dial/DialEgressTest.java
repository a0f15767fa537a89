package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.server.egress.EgressClient;
import dev.argyle.server.egress.Egresses;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which source addresses a dial tries, and in which family. */
@Tag("unit")
class DialEgressTest {

  private static final String TARGET = "198.51.100.7";

  private final FakeTiming timing = new FakeTiming();
  private final FakeConnector connector = new FakeConnector();
  private final Counters counters = new Counters();
  private final FakeResolver resolver = new FakeResolver();
  private final List<Told> dials = new ArrayList<>();
  private Sources out = leavesBy("family: prefer-6");

  /** What a dial told. */
  private static final class Told implements DialOutcome {
    @Nullable StreamSocket socket;
    @Nullable Pick by;
    @Nullable Failure why;

    @Override
    public void bound(Pick pick) {
      by = pick;
    }

    @Override
    public void connected(StreamSocket connected, InetSocketAddress to) {
      socket = connected;
    }

    @Override
    public void failed(Failure failure) {
      why = failure;
    }

    @Override
    public void onBug(Throwable bug) {
      throw new AssertionError(bug);
    }

    Failure failure() {
      return requireNonNull(why);
    }
  }

  private static Sources leavesBy(String settings) {
    Configuration configuration =
        switch (ConfigurationReader.read("argyle.yaml", "egress: { out: { " + settings + " } }")) {
          case Read.Ok ok -> ok.configuration();
          case Read.Wrong(var problems) -> throw new AssertionError(problems);
        };
    EgressClient client = new EgressClient("ana", null, "h", () -> Literals.ip("192.0.2.99"));
    return requireNonNull(Egresses.of(configuration.egress()).of("out", client));
  }

  private Told dial(Host host) {
    Gate gate =
        new Gate() {
          @Override
          public Verdict check(InetAddress address) {
            return new Allowed(out);
          }

          @Override
          public Sources sources() {
            return out;
          }
        };
    Told told = new Told();
    dials.add(told);
    new Dialler(ImmediateEventExecutor.INSTANCE, resolver, connector, counters.shared(), timing)
        .dial(Literals.SOMEBODY, new Destination(host, 80), gate, told);
    return told;
  }

  private Told dial() {
    return dial(Host.of(Literals.ip(TARGET)));
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(connector.open())
        .as("open sockets")
        .isEqualTo((int) dials.stream().filter(one -> one.socket != null).count());
    assertThat(timing.waiting()).as("alarms").isZero();
  }

  @Test
  void sourceAddressThatIsNotThereGivesWayToTheNextOneAtOnce() {
    out = leavesBy("addresses: [192.0.2.1, 192.0.2.2, 192.0.2.3], pick: rotate");
    connector.unbound("192.0.2.1", Errno.EADDRNOTAVAIL);
    connector.unbound("192.0.2.2", Errno.EADDRNOTAVAIL);
    connector.connectAtOnce(TARGET);
    for (int i = 0; i < 6; i++) {
      Told told = dial();
      assertThat(connector.sources.getLast()).isEqualTo(Literals.ip("192.0.2.3"));
      assertThat(requireNonNull(told.by).address()).isEqualTo(Literals.ip("192.0.2.3"));
    }
    assertThat(counters.sum(Counter.EGRESS_SET_ASIDE)).as("each is known then").isEqualTo(2);
    assertThat(connector.tried).hasSize(8);
  }

  @Test
  void sourceAddressWithoutAPortGivesWayToTheNextOne() {
    out = leavesBy("addresses: [192.0.2.1, 192.0.2.2], pick: rotate");
    connector.failFrom("192.0.2.1", Errno.EADDRNOTAVAIL);
    connector.connectAtOnce(TARGET);
    for (int i = 0; i < 2; i++) {
      dial();
      assertThat(connector.sources.getLast()).isEqualTo(Literals.ip("192.0.2.2"));
    }
    assertThat(counters.sum(Counter.EGRESS_PORTS_USED_UP)).isOne();
  }

  @Test
  void whereEveryPortIsUsedTheClientIsToldSo() {
    out = leavesBy("addresses: [192.0.2.1]");
    connector.failFrom("192.0.2.1", Errno.EADDRNOTAVAIL);
    Told told = dial();
    assertThat(told.failure().why()).isEqualTo(DialFailure.NO_RESOURCES);
    assertThat(told.failure().detail()).isEqualTo("no port is left at the source address");
    assertThat(connector.tried).hasSize(1);
  }

  @Test
  void whereNoSourceAddressIsThereTheFailureNamesTheEgressAndTheNextDialDoesNotTry() {
    out = leavesBy("addresses: [192.0.2.1]");
    connector.unbound("192.0.2.1", Errno.EADDRNOTAVAIL);
    Told told = dial();
    assertThat(told.failure().why()).isEqualTo(DialFailure.NO_RESOURCES);
    assertThat(told.failure().detail()).contains("egress out: cannot bind to 192.0.2.1");
    assertThat(dial().failure().detail()).isEqualTo("every address of the egress is set aside");
    assertThat(connector.tried).hasSize(1);
  }

  @Test
  void noMoreSourceAddressesAreTriedThanTheBound() {
    String addresses =
        IntStream.rangeClosed(1, 20)
            .mapToObj(i -> "192.0.2." + i)
            .peek(address -> connector.unbound(address, Errno.EADDRNOTAVAIL))
            .collect(Collectors.joining(", "));
    out = leavesBy("addresses: [" + addresses + "]");
    assertThat(dial().failure().why()).isEqualTo(DialFailure.NO_RESOURCES);
    assertThat(connector.tried).hasSize(DialAttempt.MAX_SOURCES);
  }

  @Test
  void whatNoOtherAddressCouldDoIsNotTriedAgain() {
    out = leavesBy("addresses: [192.0.2.1, 192.0.2.2], mark: 7");
    connector.unbound("192.0.2.1", Errno.EPERM);
    connector.unbound("192.0.2.2", Errno.EPERM);
    assertThat(dial().failure().detail()).contains("egress out").contains("not permitted");
    assertThat(connector.tried).hasSize(1);
  }

  @Test
  void egressThatPrefersIpv4WaitsForItsAnswerAndBeginsWithIt() {
    out = leavesBy("family: prefer-4");
    dial(new Host.Name("host.test"));
    resolver.answer(IPV6, "::6");
    assertThat(connector.tried).isEmpty();
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(connector.tried).containsExactly("192.0.2.1");
    connector.fail("192.0.2.1", Errno.ECONNREFUSED);
    assertThat(connector.tried).containsExactly("192.0.2.1", "::6");
    connector.connect("::6");
  }

  @Test
  void egressOfOneFamilyAloneTriesNoOther() {
    out = leavesBy("family: only-6");
    Told told = dial(new Host.Name("host.test"));
    resolver.answer(IPV4, "192.0.2.1");
    timing.passMillis(Dial.RESOLUTION_DELAY_MILLIS);
    resolver.answer(IPV6);
    assertThat(connector.tried).isEmpty();
    assertThat(told.failure().why()).isEqualTo(DialFailure.NETWORK_UNREACHABLE);
    assertThat(told.failure().detail()).isEqualTo("egress out is only-6");
  }

  @Test
  void losersOfARaceGiveTheirSourceAddressesBack() {
    out = leavesBy("addresses: [192.0.2.1, 192.0.2.2], pick: least-used, family: only-4");
    Told first = dial(new Host.Name("host.test"));
    resolver.answer(IPV6);
    resolver.answer(IPV4, TARGET, "198.51.100.8");
    timing.passMillis(Dial.ATTEMPT_DELAY_MILLIS);
    assertThat(connector.tried).hasSize(2);
    connector.connect("198.51.100.8");
    Pick winner = requireNonNull(first.by);
    connector.connectAtOnce(TARGET);
    assertThat(requireNonNull(dial().by).address()).isNotEqualTo(winner.address());
    winner.release();
    assertThat(requireNonNull(dial().by).address()).isEqualTo(winner.address());
  }
}
