package dev.argyle.server.session.command;

import static dev.argyle.server.session.command.CommandRig.at;
import static dev.argyle.server.session.command.CommandRig.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.EgressSettings.Families;
import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.dial.Failure;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.egress.Pick;
import dev.argyle.server.egress.Sources;
import dev.argyle.server.session.command.CommandRig.Kind;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.server.udp.UdpOwner;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which address a client's datagrams go to, and what they are dropped for. Opens no socket. */
@Tag("unit")
class UdpPermissionTest {

  private static final InetAddress IPV4 = InetAddress.ofLiteral("198.51.100.7");
  private static final InetAddress OTHER_IPV4 = InetAddress.ofLiteral("198.51.100.8");
  private static final InetAddress IPV6 = InetAddress.ofLiteral("2001:db8::7");

  private final CommandRig rig = new CommandRig(Kind.NIO);
  private final UdpPermission permission = new UdpPermission(rig.client, rig.commands);
  private final Found found = new Found();

  @AfterEach
  void close() {
    rig.close();
  }

  /** What a search gave. */
  private static final class Found implements UdpOwner.Finding {

    final List<Object> told = new CopyOnWriteArrayList<>();
    volatile @Nullable Sources source;
    volatile @Nullable Runnable giveUp;

    @Override
    public void found(InetAddress address, @Nullable Sources from) {
      told.add(address);
      source = from;
    }

    @Override
    public void dropped(Counter why) {
      told.add(why);
    }
  }

  private void find(Destination asked) {
    find(asked, null);
  }

  private void find(Destination asked, @Nullable InetAddress before) {
    rig.run(() -> found.giveUp = permission.find(asked, before, found));
  }

  private void deny(InetAddress... addresses) {
    Set<InetAddress> denied = Set.of(addresses);
    rig.client.rules =
        (command, _) ->
            address ->
                command != Command.UDP || denied.contains(address)
                    ? new Gate.Denied("rule 1")
                    : Gate.Allowed.FROM_ANY;
  }

  private void answer(Family family, InetAddress... addresses) {
    rig.run(() -> rig.names.answer(family, addresses));
  }

  @Test
  void addressIsItsOwnAnswerAtOnce() {
    InetAddress source = InetAddress.ofLiteral("192.0.2.1");
    rig.client.rules = (_, _) -> _ -> new Gate.Allowed(source);
    find(at(IPV4, 53));
    assertThat(found.told).containsExactly(IPV4);
    assertThat(found.source).isEqualTo(Sources.ofRule(source));
    assertThat(found.giveUp).isNull();
    assertThat(rig.client.asked).containsExactly(at(IPV4, 53));
  }

  @Test
  void deniedAddressIsDroppedForTheRules() {
    deny(IPV4);
    find(at(IPV4, 53));
    assertThat(found.told).containsExactly(Counter.UDP_DROPPED_DENIED);
  }

  @Test
  void ipv4IsTakenThoughIpv6WasAnsweredFirst() {
    find(named("peer.test", 53));
    answer(Family.IPV6, IPV6);
    assertThat(found.told).isEmpty();
    assertThat(found.giveUp).isNotNull();
    answer(Family.IPV4, IPV4);
    assertThat(found.told).containsExactly(IPV4);
  }

  @Test
  void ipv4IsTakenWithoutWaitingForTheOtherAnswerWhichNobodyAsksForAnyMore() {
    find(named("peer.test", 53));
    assertThat(rig.names.cancelled).isFalse();
    answer(Family.IPV4, IPV4, OTHER_IPV4);
    assertThat(found.told).containsExactly(IPV4);
    assertThat(rig.names.cancelled).isTrue();
  }

  @Test
  void nameWithoutIpv4IsReachedByIpv6() {
    find(named("peer.test", 53));
    answer(Family.IPV4);
    answer(Family.IPV6, IPV6);
    assertThat(found.told).containsExactly(IPV6);
  }

  @Test
  void aFlowKeepsItsAddressWhileItIsAmongTheAnswers() {
    find(named("peer.test", 53), OTHER_IPV4);
    answer(Family.IPV4, IPV4, OTHER_IPV4);
    assertThat(found.told).containsExactly(OTHER_IPV4);
  }

  @Test
  void aFlowKeepsItsIpv6AddressThoughIpv4IsAnsweredFirst() {
    find(named("peer.test", 53), IPV6);
    answer(Family.IPV4, IPV4);
    assertThat(found.told).isEmpty();
    answer(Family.IPV6, IPV6);
    assertThat(found.told).containsExactly(IPV6);
  }

  @Test
  void aFlowLeavesAnAddressThatIsNoMoreAmongTheAnswers() {
    find(named("peer.test", 53), IPV6);
    answer(Family.IPV4, IPV4);
    answer(Family.IPV6);
    assertThat(found.told).containsExactly(IPV4);
  }

  @Test
  void aFlowLeavesAnAddressThatTheRulesDeny() {
    deny(OTHER_IPV4);
    find(named("peer.test", 53), OTHER_IPV4);
    answer(Family.IPV4, OTHER_IPV4, IPV4);
    assertThat(found.told).containsExactly(IPV4);
  }

  @Test
  void aFlowGoesOnWhileNameServersFail() {
    find(named("peer.test", 53), IPV4);
    rig.run(() -> rig.names.fail(Failure.of(DialFailure.TIMED_OUT)));
    assertThat(found.told).containsExactly(IPV4);
  }

  @Test
  void aFlowEndsWithItsName() {
    find(named("peer.test", 53), IPV4);
    answer(Family.IPV4);
    answer(Family.IPV6);
    assertThat(found.told).containsExactly(Counter.UDP_DROPPED_UNRESOLVED);
  }

  @Test
  void whatIsRememberedIsPutToTheRulesOfNowWithItsSource() {
    assertThat(permission.allows(at(IPV4, 53), IPV4, null)).isTrue();
    assertThat(permission.allows(named("peer.test", 53), IPV4, Sources.ofRule(OTHER_IPV4)))
        .isFalse();
    deny(IPV4);
    assertThat(permission.allows(at(IPV4, 53), IPV4, null)).isFalse();
  }

  @Test
  void firstAddressThatTheRulesAllowIsTaken() {
    deny(IPV4);
    find(named("peer.test", 53));
    answer(Family.IPV4, IPV4, OTHER_IPV4);
    assertThat(found.told).containsExactly(OTHER_IPV4);
  }

  @Test
  void nameOfDeniedAddressesIsDroppedForTheRulesOnceBothAreKnown() {
    deny(IPV4, IPV6);
    find(named("peer.test", 53));
    answer(Family.IPV4, IPV4);
    assertThat(found.told).isEmpty();
    answer(Family.IPV6, IPV6);
    assertThat(found.told).containsExactly(Counter.UDP_DROPPED_DENIED);
  }

  @Test
  void nameWithoutAnyAddressIsDroppedAsUnresolved() {
    find(named("peer.test", 53));
    answer(Family.IPV6);
    answer(Family.IPV4);
    assertThat(found.told).containsExactly(Counter.UDP_DROPPED_UNRESOLVED);
  }

  @Test
  void sourceOfTheOtherFamilyIsASocketThatThereIsNot() {
    rig.client.rules = (_, _) -> _ -> new Gate.Allowed(InetAddress.ofLiteral("192.0.2.1"));
    find(at(IPV6, 53));
    assertThat(found.told).containsExactly(Counter.UDP_DROPPED_NO_SOCKET);
  }

  /** What an egress of this family says. */
  private record OfFamily(Families families) implements Sources {

    @Override
    public Object origin() {
      return this;
    }

    @Override
    public @Nullable String unusable(InetAddress to) {
      return families.allows(to instanceof Inet6Address) ? null : "another family";
    }

    @Override
    public Pick pick(InetAddress to, Tally counters) {
      return Pick.ANY;
    }
  }

  private void leaveBy(Families families) {
    Sources sources = new OfFamily(families);
    rig.client.rules =
        (_, _) ->
            new Gate() {
              @Override
              public Verdict check(InetAddress address) {
                return new Allowed(sources);
              }

              @Override
              public Sources sources() {
                return sources;
              }
            };
  }

  @Test
  void egressThatPrefersIpv6WaitsForItsAnswer() {
    leaveBy(Families.PREFER_6);
    find(named("peer.test", 53));
    answer(Family.IPV4, IPV4);
    assertThat(found.told).isEmpty();
    answer(Family.IPV6, IPV6);
    assertThat(found.told).containsExactly(IPV6);
  }

  @Test
  void egressThatPrefersIpv6TakesIpv4WhereThereIsNone() {
    leaveBy(Families.PREFER_6);
    find(named("peer.test", 53));
    answer(Family.IPV4, IPV4);
    answer(Family.IPV6);
    assertThat(found.told).containsExactly(IPV4);
  }

  @Test
  void egressOfIpv6AloneTakesNoIpv4ThoughItAloneIsThere() {
    leaveBy(Families.ONLY_6);
    find(named("peer.test", 53));
    answer(Family.IPV4, IPV4);
    answer(Family.IPV6);
    assertThat(found.told).containsExactly(Counter.UDP_DROPPED_NO_SOCKET);
  }

  @Test
  void egressOfIpv4AloneTakesNoIpv6ThoughItAloneIsThere() {
    leaveBy(Families.ONLY_4);
    find(named("peer.test", 53));
    answer(Family.IPV6, IPV6);
    answer(Family.IPV4);
    assertThat(found.told).containsExactly(Counter.UDP_DROPPED_NO_SOCKET);
  }

  @Test
  void searchThatIsGivenUpTellsNobody() {
    find(named("peer.test", 53));
    Runnable giveUp = found.giveUp;
    assertThat(giveUp).isNotNull();
    if (giveUp != null) {
      rig.run(giveUp);
    }
    assertThat(rig.names.cancelled).isTrue();
    assertThat(found.told).isEmpty();
  }

  @Test
  void bugOfTheRulesIsToldToTheClient() {
    IllegalStateException bug = new IllegalStateException("a bug");
    rig.client.rules =
        (_, _) ->
            _ -> {
              throw bug;
            };
    find(at(IPV4, 53));
    assertThat(rig.client.bugs).containsExactly(bug);
    assertThat(found.told).isEmpty();
  }

  @Test
  void filterOfNowDecidesWhoMayAnswer() {
    assertThat(permission.fullCone()).isFalse();
    Socks.Udp was = rig.udp;
    rig.udp =
        new Socks.Udp(was.idleTimeout(), was.advertise(), Socks.Filter.FULL_CONE, null, 100, 10);
    assertThat(permission.fullCone()).isTrue();
    assertThat(permission.rules()).isSameAs(rig.client.book);
  }

  @Test
  void octetsAreTheClientsOwn() {
    permission.up(3);
    permission.down(5);
    assertThat(rig.client.up).hasValue(3);
    assertThat(rig.client.down).hasValue(5);
  }
}
