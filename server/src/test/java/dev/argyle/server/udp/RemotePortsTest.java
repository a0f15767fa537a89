package dev.argyle.server.udp;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.server.egress.EgressClient;
import dev.argyle.server.egress.Egresses;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.telemetry.Counter;
import io.netty.channel.nio.NioIoHandler;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From which addresses an association's datagrams leave. */
@Tag("play")
class RemotePortsTest {

  private static final InetAddress REMOTE = ip("198.51.100.7");
  private static final InetAddress OTHER = ip("198.51.100.8");

  private static final LoopTurns.Loops LOOPS =
      new LoopTurns.Loops(1, Thread::new, NioIoHandler.newFactory());

  private final RecordingLoop loop = new RecordingLoop(LOOPS);
  private final RemotePorts ports =
      new RemotePorts(
          loop,
          new UdpPort.Reader() {
            @Override
            public int readable(UdpPort port, int most) {
              return 0;
            }

            @Override
            public void onBug(Throwable bug) {
              throw new AssertionError(bug);
            }
          },
          loop.join(new UdpShare()),
          new RecordingOwner());

  @AfterAll
  static void loopsEnd() {
    LOOPS.group().shutdownGracefully();
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static Sources sources(String settings) {
    return switch (ConfigurationReader.read(
        "argyle.yaml", "egress: { out: { " + settings + " } }")) {
      case Read.Ok ok ->
          requireNonNull(
              Egresses.of(ok.configuration().egress())
                  .of("out", new EgressClient("ana", null, "h", () -> REMOTE)));
      case Read.Wrong(var problems) -> throw new AssertionError(problems);
    };
  }

  private List<String> opened() {
    return loop.opened.stream().map(port -> port.local().getAddress().getHostAddress()).toList();
  }

  @Test
  void associationKeepsOneAddressOfItsEgressForAllItsRemotes() {
    Sources out = sources("addresses: [192.0.2.1, 192.0.2.2], pick: rotate");
    UdpPort first = ports.towards(REMOTE, out);
    assertThat(first).isNotNull().isSameAs(ports.towards(OTHER, out));
    assertThat(opened()).hasSize(1).first().asString().startsWith("192.0.2.");
  }

  @Test
  void addressThatIsNotThereGivesWayToTheNextOne() {
    loop.notOurs.add(ip("192.0.2.1"));
    Sources out = sources("addresses: [192.0.2.1, 192.0.2.2], pick: rotate");
    for (int i = 0; i < 2; i++) { // whichever is the first
      requireNonNull(out.pick(REMOTE, loop.counters())).release();
      assertThat(ports.towards(REMOTE, out)).isNotNull();
      assertThat(opened()).containsExactly("192.0.2.2");
    }
  }

  @Test
  void whereNoAddressIsThereNoSocketIsOpened() {
    loop.notOurs.add(ip("192.0.2.1"));
    assertThat(ports.towards(REMOTE, sources("addresses: [192.0.2.1]"))).isNull();
    assertThat(loop.count(Counter.EGRESS_SET_ASIDE)).isOne();
    assertThat(opened()).isEmpty();
  }

  @Test
  void leastUsedCountsAssociationsUntilTheyAreClosed() {
    Sources out = sources("addresses: [192.0.2.1, 192.0.2.2], pick: least-used");
    ports.towards(REMOTE, out);
    String mine = opened().getFirst();
    for (int i = 0; i < 3; i++) {
      var pick = requireNonNull(out.pick(REMOTE, loop.counters()));
      assertThat(requireNonNull(pick.address()).getHostAddress()).isNotEqualTo(mine);
      pick.release();
    }
    var other = requireNonNull(out.pick(REMOTE, loop.counters()));
    ports.close();
    var next = requireNonNull(out.pick(REMOTE, loop.counters()));
    assertThat(requireNonNull(next.address()).getHostAddress()).isEqualTo(mine);
    other.release();
  }

  @Test
  void familyThatTheEgressHasNotHasNoSocket() {
    assertThat(ports.towards(ip("2001:db8::7"), sources("addresses: [192.0.2.1]"))).isNull();
  }
}
