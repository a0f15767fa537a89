package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Network;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ConnectionFilterTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LiveConnection one =
      new ConnectionTable()
          .open(InetAddress.ofLiteral("192.0.2.7"), 4711, 0, new Owner(20 * SECOND));

  /** Payload passed last at a time. */
  private record Owner(long activeNanos) implements LiveConnection.Owner {
    @Override
    public void end(EndReason reason) {}

    @Override
    public long lastActiveNanos(long startNanos) {
      return activeNanos;
    }
  }

  private boolean matches(ConnectionFilter filter) {
    return filter.matches(one, 30 * SECOND);
  }

  private static ConnectionFilter user(String user) {
    return new ConnectionFilter(user, null, null, 0, ConnectionFilter.ANY, null, 0, 0, 0, null);
  }

  private static ConnectionFilter client(String network) {
    return new ConnectionFilter(
        null, Network.parse(network), null, 0, ConnectionFilter.ANY, null, 0, 0, 0, null);
  }

  private static ConnectionFilter to(@Nullable String destination, int port) {
    return new ConnectionFilter(
        null, null, destination, port, ConnectionFilter.ANY, null, 0, 0, 0, null);
  }

  private static ConnectionFilter rule(int rule) {
    return new ConnectionFilter(null, null, null, 0, rule, null, 0, 0, 0, null);
  }

  private static ConnectionFilter command(Command command) {
    return new ConnectionFilter(null, null, null, 0, ConnectionFilter.ANY, command, 0, 0, 0, null);
  }

  private static ConnectionFilter least(long octets, long durationSeconds, long idleSeconds) {
    return new ConnectionFilter(
        null,
        null,
        null,
        0,
        ConnectionFilter.ANY,
        null,
        octets,
        durationSeconds,
        idleSeconds,
        null);
  }

  private static ConnectionFilter text(String text) {
    return new ConnectionFilter(null, null, null, 0, ConnectionFilter.ANY, null, 0, 0, 0, text);
  }

  @Test
  void eachConditionHoldsOrDoesNot() {
    one.authenticated("Ana");
    one.requested(Command.CONNECT, "WWW.Example.org", 443);
    one.decided(new RuleRef(3, "rule 3 (argyle.yaml:21)"));
    one.addUp(600);
    one.addDown(400);
    assertThat(matches(ConnectionFilter.ALL)).isTrue();
    assertThat(matches(ConnectionFilter.of(UserName.of("Ana")))).isTrue();
    assertThat(matches(user("ana"))).as("names are octets").isFalse();
    assertThat(matches(client("192.0.2.0/24"))).isTrue();
    assertThat(matches(client("192.0.2.7"))).isTrue();
    assertThat(matches(client("198.51.100.0/24"))).isFalse();
    assertThat(matches(client("::/0"))).isFalse();
    assertThat(matches(to("www.example.org", 0))).isTrue();
    assertThat(matches(to("example.org", 0))).isFalse();
    assertThat(matches(to("*.example.org", 443))).isTrue();
    assertThat(matches(to("*.ample.org", 0))).isFalse();
    assertThat(matches(to("*.www.example.org", 0))).as("itself not included").isFalse();
    assertThat(matches(to(null, 80))).isFalse();
    assertThat(matches(rule(3))).isTrue();
    assertThat(matches(rule(0))).isFalse();
    assertThat(matches(command(Command.CONNECT))).isTrue();
    assertThat(matches(command(Command.UDP))).isFalse();
    assertThat(matches(least(1_000, 0, 0))).isTrue();
    assertThat(matches(least(1_001, 0, 0))).isFalse();
    assertThat(matches(least(0, 0, 10))).isTrue();
    assertThat(matches(least(0, 0, 11))).isFalse();
    assertThat(matches(text("an"))).isTrue();
    assertThat(matches(text("example"))).isTrue();
    assertThat(matches(text("2.0.2"))).isTrue();
    assertThat(matches(text("nowhere"))).isFalse();
  }

  @Test
  void durationIsWhatHasPassedSinceTheAcceptHoweverBusyTheConnectionIs() {
    LiveConnection old =
        new ConnectionTable()
            .open(InetAddress.getLoopbackAddress(), 4711, 0, 5 * SECOND, new Owner(30 * SECOND));
    ConnectionFilter twentyFive = least(0, 25, 0);
    assertThat(twentyFive.matches(old, 30 * SECOND)).isTrue();
    assertThat(twentyFive.matches(old, 30 * SECOND - 1)).isFalse();
    assertThat(least(0, 0, 1).matches(old, 30 * SECOND)).as("it is not idle").isFalse();
  }

  @Test
  void clientWithoutANameAndARequestMatchesOnlyWhatItHas() {
    assertThat(matches(user("-"))).isTrue();
    assertThat(matches(user("ana"))).isFalse();
    assertThat(matches(to("example.org", 0))).isFalse();
    assertThat(matches(rule(0))).isFalse();
    assertThat(matches(command(Command.CONNECT))).isFalse();
  }

  @Test
  void addressesAndTrailingDotsAreComparedInOneForm() {
    one.requested(Command.CONNECT, "2001:db8::1", 80);
    assertThat(matches(to(ConnectionFilter.plain("2001:DB8:0::1"), 0))).isTrue();
    assertThat(ConnectionFilter.plain("Example.ORG.")).isEqualTo("example.org");
  }

  @Test
  void wordsForTheAuditLogAreEscaped() {
    assertThat(ConnectionFilter.ALL.words()).isEqualTo("all");
    assertThat(
            new ConnectionFilter(
                    "a\" b\n",
                    Network.parse("192.0.2.0/24"),
                    "*.example",
                    443,
                    3,
                    Command.CONNECT,
                    5,
                    7,
                    6,
                    "x")
                .words())
        .isEqualTo(
            "user=\"a\\x22 b\\n\" client=192.0.2.0/24 destination=\"*.example\" port=443 rule=3"
                + " command=connect min-octets=5 min-duration-seconds=7 min-idle-seconds=6 text=\"x\"");
  }
}
