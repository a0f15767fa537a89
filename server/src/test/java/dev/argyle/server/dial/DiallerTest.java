package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class DiallerTest {

  private final FakeTiming timing = new FakeTiming();
  private final FakeConnector connector = new FakeConnector();
  private final Counters counters = new Counters();
  private final FakeResolver resolver = new FakeResolver();
  private final RecordedOutcome outcome = new RecordedOutcome();

  private Dial dial(Host host, int port, Gate gate) {
    return new Dialler(
            ImmediateEventExecutor.INSTANCE, resolver, connector, counters.shared(), timing)
        .dial(Literals.SOMEBODY, new Destination(host, port), gate, outcome);
  }

  private Dial dial(String address) {
    return dial(Host.of(Literals.ip(address)), 443, candidate -> Gate.Allowed.FROM_ANY);
  }

  @Test
  void anAddressIsDialledWithoutTimerOrLookup() {
    dial("192.0.2.1");
    assertThat(timing.waiting()).isZero();
    assertThat(resolver.asked).isNull();
    connector.connect("192.0.2.1");
    assertThat(outcome.to).hasToString("/192.0.2.1:443");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "[2001:db8::1]", "::ffff:192.0.2.1"})
  void aNameThatIsAnAddressIsUsedAsSuch(String literal) {
    dial(new Host.Name(literal), 1, address -> Gate.Allowed.FROM_ANY).cancel();
    assertThat(connector.tried).hasSize(1);
    assertThat(resolver.asked).isNull();
    assertThat(connector.open()).isZero();
  }

  @Test
  void ipv6ThatIsSwitchedOffIsAnUnreachableNetworkAndNoShortage() {
    connector.failAtOnce("2001:db8:0:0:0:0:0:1", Errno.EADDRNOTAVAIL);
    dial("2001:db8::1");
    assertThat(outcome.why).isEqualTo(DialFailure.NETWORK_UNREACHABLE);
    assertThat(outcome.detail).isEqualTo("no IPv6 address to connect from");
  }

  @Test
  void portsThatHaveRunOutAreAShortage() {
    connector.failAtOnce("192.0.2.1", Errno.EADDRNOTAVAIL);
    dial("192.0.2.1");
    assertThat(outcome.why).isEqualTo(DialFailure.NO_RESOURCES);
  }

  @Test
  void aMappedAddressIsDialledFromTheSourceThatARuleNames() throws Exception {
    InetAddress source = Literals.ip("192.0.2.9");
    byte[] octets = HexFormat.of().parseHex("00000000000000000000ffffc0000201");
    Host mapped = new Host.Ipv6(Inet6Address.getByAddress(null, octets, -1));
    for (Host host : List.of(mapped, new Host.Name("::ffff:192.0.2.1"))) {
      dial(host, 443, candidate -> new Gate.Allowed(source)).cancel();
    }
    assertThat(connector.tried).containsExactly("192.0.2.1", "192.0.2.1");
    assertThat(connector.sources).containsExactly(source, source);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "0177.0.0.1", "127.1", "0x7f.1", "2130706433", "a b", "a..b"})
  void whatIsNeitherNameNorAddressIsNotFoundWithoutAQuestion(String text) {
    dial(new Host.Name(text), 80, address -> Gate.Allowed.FROM_ANY);
    assertThat(outcome.why).isEqualTo(DialFailure.NAME_NOT_FOUND);
    assertThat(resolver.asked).isNull();
    assertThat(connector.tried).isEmpty();
  }

  @Test
  void aDeniedAddressIsNotDialled() {
    dial(new Host.Name("127.0.0.1"), 22, address -> new Gate.Denied("loopback")).cancel();
    assertThat(outcome.why).isEqualTo(DialFailure.DENIED);
    assertThat(outcome.detail).isEqualTo("loopback");
    assertThat(connector.tried).isEmpty();
  }

  @Test
  void aNameThatNoRuleCouldAllowIsNotAskedFor() {
    Gate gate =
        new Gate() {
          @Override
          public Verdict check(java.net.InetAddress address) {
            return Allowed.FROM_ANY;
          }

          @Override
          public Verdict checkName(String name) {
            return new Denied(name);
          }
        };
    dial(new Host.Name("Secret.Example"), 80, gate);
    assertThat(outcome.why).isEqualTo(DialFailure.DENIED);
    assertThat(outcome.detail).isEqualTo("secret.example");
    assertThat(resolver.asked).isNull();
  }

  @Test
  void theSourceAddressGoesToTheConnector() {
    Gate gate = address -> new Gate.Allowed(Literals.ip("192.0.2.200"));
    dial(Host.of(Literals.ip("192.0.2.1")), 80, gate).cancel();
    assertThat(connector.sources).containsExactly(Literals.ip("192.0.2.200"));
  }

  @Test
  void aSourceOfTheOtherFamilyIsAnUnreachableNetwork() {
    Gate gate = address -> new Gate.Allowed(Literals.ip("2001:db8::1"));
    dial(Host.of(Literals.ip("192.0.2.1")), 80, gate);
    assertThat(outcome.why).isEqualTo(DialFailure.NETWORK_UNREACHABLE);
    assertThat(connector.tried).isEmpty();
  }

  @Test
  void aFailureIsTold() {
    dial("192.0.2.1");
    connector.fail("192.0.2.1", Errno.ECONNREFUSED);
    assertThat(outcome.why).isEqualTo(DialFailure.REFUSED);
  }

  @Test
  void anOutcomeMayComeInsideTheCall() {
    connector.connectAtOnce("192.0.2.1");
    Dial dial = dial("192.0.2.1");
    assertThat(outcome.socket).isEqualTo(1);
    dial.cancel();
    dial.timeout();
    assertThat(connector.open()).isEqualTo(1);
  }

  @Test
  void cancelledItClosesAndSaysNothing() {
    dial("192.0.2.1").cancel();
    connector.connect("192.0.2.1");
    assertThat(outcome.ended).isFalse();
    assertThat(connector.open()).isZero();
  }

  @Test
  void atTheTimeoutItClosesAndSaysSo() {
    dial("192.0.2.1").timeout();
    connector.connect("192.0.2.1");
    assertThat(outcome.why).isEqualTo(DialFailure.TIMED_OUT);
    assertThat(connector.open()).isZero();
  }
}
