package dev.argyle.server.session.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.dial.AddressSearch;
import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Dialler;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.Binding;
import dev.argyle.server.net.Connector;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.ErrnoException;
import dev.argyle.server.net.KernelRoute;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a BIND waits, and for whom, on a machine with an address of either family. */
@Tag("unit")
class RendezvousPlanTest {

  private static final InetAddress OURS = address("192.0.2.1");
  private static final InetAddress OURS_IPV6 = address("2001:db8::1");
  private static final InetAddress PEER = address("198.51.100.7");
  private static final InetAddress PEER_IPV6 = address("2001:db8:7::7");

  private static final RendezvousPlan.Route BOTH =
      peer -> peer.getAddress().length == 4 ? OURS : OURS_IPV6;
  private static final RendezvousPlan.Route IPV4_ONLY =
      peer -> {
        if (peer.getAddress().length == 4) {
          return OURS;
        }
        throw new ErrnoException(Errno.ENETUNREACH);
      };
  private static final NameResolver NO_NAMES =
      (loop, asker, host, listener) -> {
        throw new AssertionError("no name is looked up here");
      };
  private static final Connector NO_CONNECTS =
      new Connector() {
        @Override
        public Attempt connect(InetSocketAddress to, @Nullable Binding source, Outcome outcome) {
          throw new AssertionError("nothing is connected here");
        }

        @Override
        public void soon(LoopTurns.Step step) {
          throw new AssertionError("nothing is dialled here");
        }
      };
  private static final Gate OPEN = peer -> Gate.Allowed.FROM_ANY;

  @Test
  void waitsWhereThisMachineWouldDialThePeerFrom() {
    assertThat(plan(OURS_IPV6, OPEN, BOTH, PEER)).isEqualTo(wait(OURS, PEER));
    assertThat(plan(OURS, OPEN, BOTH, PEER_IPV6)).isEqualTo(wait(OURS_IPV6, PEER_IPV6));
  }

  @Test
  void forAnybodyItWaitsWhereTheClientReachedUs() {
    assertThat(anybody(OURS)).isEqualTo(wait(OURS));
    assertThat(anybody(address("::ffff:192.0.2.1"))).isEqualTo(wait(OURS));
  }

  @Test
  void anybodyIsExpectedOnlyWhereNobodyIsNamed() {
    assertThat(wait(OURS).expects(PEER)).isTrue();
    assertThat(wait(OURS, PEER).expects(PEER)).isTrue();
    assertThat(wait(OURS, PEER).expects(address("198.51.100.8"))).isFalse();
    assertThat(wait(OURS, PEER).expects(address("::ffff:198.51.100.7"))).isTrue();
  }

  @Test
  void nameWithBothFamiliesIsAwaitedInTheFamilyOfTheClient() {
    assertThat(plan(OURS, OPEN, BOTH, PEER_IPV6, PEER)).isEqualTo(wait(OURS, PEER));
    assertThat(plan(OURS_IPV6, OPEN, BOTH, PEER, PEER_IPV6)).isEqualTo(wait(OURS_IPV6, PEER_IPV6));
  }

  @Test
  void everyAddressOfThatFamilyMayCome() {
    InetAddress other = address("198.51.100.8");
    assertThat(plan(OURS, OPEN, BOTH, PEER, PEER_IPV6, other)).isEqualTo(wait(OURS, PEER, other));
  }

  @Test
  void familyWithoutARouteGivesWayToTheOther() {
    assertThat(plan(OURS_IPV6, OPEN, IPV4_ONLY, PEER_IPV6, PEER)).isEqualTo(wait(OURS, PEER));
    assertRefused(plan(OURS_IPV6, OPEN, IPV4_ONLY, PEER_IPV6), DialFailure.NETWORK_UNREACHABLE);
  }

  @Test
  void deniedAddressIsNotExpected() {
    Gate gate = allBut(PEER);
    assertRefused(plan(OURS, gate, BOTH, PEER), DialFailure.DENIED);
    assertThat(plan(OURS, gate, BOTH, PEER, PEER_IPV6)).isEqualTo(wait(OURS_IPV6, PEER_IPV6));
    assertRefused(
        plan(OURS, gate, IPV4_ONLY, PEER, PEER_IPV6), DialFailure.DENIED); // as with CONNECT
  }

  @Test
  void ruleNamesTheAddressToWaitAt() {
    InetAddress source = address("192.0.2.99");
    Gate gate = peer -> new Gate.Allowed(source);
    assertThat(plan(OURS, gate, BOTH, PEER)).isEqualTo(wait(source, PEER));
    assertRefused(plan(OURS, gate, BOTH, PEER_IPV6), DialFailure.NETWORK_UNREACHABLE);
  }

  @Test
  void kernelKnowsTheWayToLoopbackAndNoneToABroadcast() throws Exception {
    InetAddress loopback = address("127.0.0.1");
    assertThat(KernelRoute.towards(loopback)).isEqualTo(loopback);
    assertThatThrownBy(() -> KernelRoute.towards(address("255.255.255.255")))
        .isInstanceOf(ErrnoException.class);
  }

  private static RendezvousPlan plan(
      InetAddress control, Gate gate, RendezvousPlan.Route route, InetAddress... peers) {
    AddressSearch search =
        new Dialler(ImmediateEventExecutor.INSTANCE, NO_NAMES, NO_CONNECTS, new Counters().shared())
            .search(
                Asker.of(InetAddress.getLoopbackAddress(), null),
                new Host.Name("name"),
                gate,
                Nobody.HERE);
    return unbound(
        RendezvousPlan.forPeer(List.of(peers), control, search, route, new Counters().shared()));
  }

  private static RendezvousPlan anybody(InetAddress control) {
    return RendezvousPlan.forAnybody(control, null, new Counters().shared());
  }

  /** Without how it is bound. */
  private static RendezvousPlan unbound(RendezvousPlan plan) {
    return switch (plan) {
      case RendezvousPlan.Wait wait -> new RendezvousPlan.Wait(wait.local(), wait.expected());
      case RendezvousPlan.Refuse refuse -> refuse;
    };
  }

  private static RendezvousPlan.Wait wait(InetAddress local, InetAddress... expected) {
    return new RendezvousPlan.Wait(local, List.of(expected));
  }

  private static void assertRefused(RendezvousPlan plan, DialFailure why) {
    assertThat(plan)
        .isInstanceOfSatisfying(
            RendezvousPlan.Refuse.class, refuse -> assertThat(refuse.why().why()).isEqualTo(why));
  }

  /** Wants no addresses: the plan is given them. */
  private enum Nobody implements AddressSearch.Listener {
    HERE;

    @Override
    public void answered(Family family, List<InetAddress> addresses) {
      throw new AssertionError("the search was not started");
    }

    @Override
    public void onBug(Throwable bug) {
      throw new AssertionError(bug);
    }
  }

  private static Gate allBut(InetAddress... denied) {
    Set<InetAddress> set = Set.copyOf(Stream.of(denied).toList());
    return peer -> set.contains(peer) ? new Gate.Denied("a rule") : Gate.Allowed.FROM_ANY;
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }
}
