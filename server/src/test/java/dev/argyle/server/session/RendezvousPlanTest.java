package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Gate;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where a BIND waits, and for whom, on a machine with an address of either family. */
class RendezvousPlanTest {

  private static final InetAddress OURS = address("192.0.2.1");
  private static final InetAddress OURS_IPV6 = address("2001:db8::1");
  private static final InetAddress PEER = address("198.51.100.7");
  private static final InetAddress PEER_IPV6 = address("2001:db8:7::7");

  private static final RendezvousPlan.Route BOTH =
      peer -> new RendezvousPlan.Route.Found.From(peer.getAddress().length == 4 ? OURS : OURS_IPV6);
  private static final RendezvousPlan.Route IPV4_ONLY =
      peer ->
          peer.getAddress().length == 4
              ? new RendezvousPlan.Route.Found.From(OURS)
              : new RendezvousPlan.Route.Found.No(DialFailure.NETWORK_UNREACHABLE);
  private static final Gate OPEN = peer -> Gate.Allowed.FROM_ANY;

  @Test
  void waitsWhereThisMachineWouldDialThePeerFrom() {
    assertThat(plan(OURS_IPV6, OPEN, BOTH, PEER)).isEqualTo(wait(OURS, PEER));
    assertThat(plan(OURS, OPEN, BOTH, PEER_IPV6)).isEqualTo(wait(OURS_IPV6, PEER_IPV6));
  }

  @Test
  void forAnybodyItWaitsWhereTheClientReachedUs() {
    assertThat(RendezvousPlan.forAnybody(OURS)).isEqualTo(wait(OURS));
    assertThat(RendezvousPlan.forAnybody(address("::ffff:192.0.2.1"))).isEqualTo(wait(OURS));
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
    assertThat(plan(OURS_IPV6, OPEN, IPV4_ONLY, PEER_IPV6))
        .isEqualTo(new RendezvousPlan.Refuse(DialFailure.NETWORK_UNREACHABLE));
  }

  @Test
  void deniedAddressIsNotExpected() {
    Gate gate = allBut(PEER);
    assertThat(plan(OURS, gate, BOTH, PEER)).isEqualTo(refused(DialFailure.DENIED));
    assertThat(plan(OURS, gate, BOTH, PEER, PEER_IPV6)).isEqualTo(wait(OURS_IPV6, PEER_IPV6));
    assertThat(plan(OURS, gate, IPV4_ONLY, PEER, PEER_IPV6)) // as with CONNECT
        .isEqualTo(refused(DialFailure.DENIED));
  }

  @Test
  void ruleNamesTheAddressToWaitAt() {
    InetAddress source = address("192.0.2.99");
    Gate gate = peer -> new Gate.Allowed(source);
    assertThat(plan(OURS, gate, BOTH, PEER)).isEqualTo(wait(source, PEER));
    assertThat(plan(OURS, gate, BOTH, PEER_IPV6))
        .isEqualTo(refused(DialFailure.NETWORK_UNREACHABLE));
  }

  @Test
  void mappedAddressIsTheIpv4AddressInIt() {
    InetAddress mapped = address("::ffff:198.51.100.7");
    assertThat(plan(OURS, OPEN, BOTH, mapped)).isEqualTo(wait(OURS, PEER));
    assertThat(plan(OURS, allBut(PEER), BOTH, mapped)).isEqualTo(refused(DialFailure.DENIED));
  }

  @Test
  void kernelKnowsTheWayToLoopbackAndNoneToABroadcast() {
    InetAddress loopback = address("127.0.0.1");
    assertThat(KernelRoute.TABLE.towards(loopback))
        .isEqualTo(new RendezvousPlan.Route.Found.From(loopback));
    assertThat(KernelRoute.TABLE.towards(address("255.255.255.255")))
        .isInstanceOf(RendezvousPlan.Route.Found.No.class);
  }

  private static RendezvousPlan plan(
      InetAddress control, Gate gate, RendezvousPlan.Route route, InetAddress... peers) {
    return RendezvousPlan.forPeer(List.of(peers), control, gate, route);
  }

  private static RendezvousPlan.Wait wait(InetAddress local, InetAddress... expected) {
    return new RendezvousPlan.Wait(local, List.of(expected));
  }

  private static RendezvousPlan refused(DialFailure why) {
    return new RendezvousPlan.Refuse(why);
  }

  private static Gate allBut(InetAddress... denied) {
    Set<InetAddress> set = Set.copyOf(Stream.of(denied).toList());
    return peer -> set.contains(peer) ? new Gate.Denied("a rule") : Gate.Allowed.FROM_ANY;
  }

  private static InetAddress address(String literal) {
    try {
      return literal.startsWith("::ffff:")
          ? java.net.Inet6Address.getByAddress(
              null, mapped(InetAddress.getByName(literal.substring(7)).getAddress()), -1)
          : InetAddress.getByName(literal);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static byte[] mapped(byte[] ipv4) {
    byte[] octets = new byte[16];
    octets[10] = (byte) 0xFF;
    octets[11] = (byte) 0xFF;
    System.arraycopy(ipv4, 0, octets, 12, 4);
    return octets;
  }
}
