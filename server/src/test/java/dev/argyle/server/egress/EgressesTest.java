package dev.argyle.server.egress;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Network;
import dev.argyle.server.config.Read;
import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which address is picked, for whom, and for how long. */
@Tag("unit")
class EgressesTest {

  private static final InetAddress TARGET = ip("198.51.100.7");
  private static final InetAddress TARGET_6 = ip("2001:db8:7::7");
  private static final String THREE = "addresses: [192.0.2.1, 192.0.2.2, 192.0.2.3]";

  private final Counters counters = new Counters();
  private long now = 1_000_000_007L;

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static Configuration read(String egress) {
    String yaml = "socks: { session-suffix: true }\negress: { out: { " + egress + " } }";
    return switch (ConfigurationReader.read("argyle.yaml", yaml)) {
      case Read.Ok ok -> ok.configuration();
      case Read.Wrong(var problems) -> throw new AssertionError(problems);
    };
  }

  private Egresses egresses(String egress) {
    return Egresses.of(read(egress).egress(), () -> now);
  }

  private static EgressClient client(Object account) {
    return client(account, null, "host.test");
  }

  private static EgressClient client(Object account, @Nullable String session, String destination) {
    return new EgressClient(account, session, destination, () -> ip("192.0.2.99"));
  }

  private static Sources of(Egresses egresses, Object account) {
    return requireNonNull(egresses.of("out", client(account)));
  }

  private @Nullable Pick pick(Sources sources) {
    return sources.pick(TARGET, counters.shared());
  }

  private String address(Sources sources) {
    return requireNonNull(requireNonNull(pick(sources)).address()).getHostAddress();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void rotationUsesEachAddressInTurn() {
    Sources out = of(egresses(THREE + ", pick: rotate"), "ana");
    List<String> picked = IntStream.range(0, 300).mapToObj(_ -> address(out)).toList();
    for (String one : Set.copyOf(picked)) {
      assertThat(Collections.frequency(picked, one)).isEqualTo(100);
    }
    assertThat(picked.subList(0, 3)).doesNotHaveDuplicates();
  }

  @Test
  void atRandomEachAddressIsUsed() {
    Sources out = of(egresses(THREE + ", pick: random"), "ana");
    Set<String> picked = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      picked.add(address(out));
    }
    assertThat(picked).hasSize(3);
  }

  @Test
  void leastUsedStaysEvenWhateverEnds() {
    Sources out = of(egresses(THREE + ", pick: least-used"), "ana");
    List<Pick> open = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      open.add(requireNonNull(pick(out)));
    }
    assertThat(counts(open)).containsOnly(10);
    List<Pick> ends = open.stream().filter(one -> one.number() == 1).toList();
    ends.forEach(Pick::release);
    open.removeAll(ends);
    for (int i = 0; i < 9; i++) {
      assertThat(requireNonNull(pick(out)).number()).isEqualTo(1);
    }
    assertThat(open.getFirst().isCounted()).isTrue();
  }

  private static List<Integer> counts(List<Pick> open) {
    Map<Long, Integer> counts = new HashMap<>();
    open.forEach(one -> counts.merge(one.number(), 1, Integer::sum));
    return List.copyOf(counts.values());
  }

  @Test
  void stickyKeepsAnAccountsAddressForItsTimeAfterTheLastUse() {
    Egresses egresses = egresses(THREE + ", sticky-time: 1m");
    String ana = address(of(egresses, "ana"));
    Set<String> others = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      others.add(address(of(egresses, "user" + i)));
      pass(Duration.ofSeconds(50));
      assertThat(address(of(egresses, "ana"))).as("used within its time").isEqualTo(ana);
    }
    assertThat(others).as("accounts are spread").hasSize(3);
    pass(Duration.ofMinutes(1));
    assertThat(address(of(egresses, "ana"))).as("its time is over").isNotEqualTo(ana);
  }

  @Test
  void stickyGoesByTheSessionOfALogin() {
    Egresses egresses = egresses(THREE + ", by: session");
    Map<String, String> first = new HashMap<>();
    for (int round = 0; round < 3; round++) {
      for (String session : List.of("a", "b", "c")) {
        Sources sources = requireNonNull(egresses.of("out", client("ana", session, "h")));
        String picked = address(sources);
        assertThat(first.computeIfAbsent(session, _ -> picked)).isEqualTo(picked);
      }
    }
    assertThat(Set.copyOf(first.values())).hasSize(3);
    String without = address(of(egresses, "ana"));
    assertThat(address(of(egresses, "ana"))).as("the account's own").isEqualTo(without);
  }

  @Test
  void stickyGoesByTheDestinationWhoeverAsks() {
    Egresses egresses = egresses(THREE + ", by: destination");
    Sources ana = requireNonNull(egresses.of("out", client("ana", null, "one.test")));
    Sources ben = requireNonNull(egresses.of("out", client("ben", null, "one.test")));
    Sources other = requireNonNull(egresses.of("out", client("ana", null, "two.test")));
    assertThat(address(ana)).isEqualTo(address(ben)).isNotEqualTo(address(other));
  }

  @Test
  void whoComesToAFullTableHasALastingAddressAllTheSame() {
    Egresses egresses = egresses(THREE + ", sticky-time: 1h");
    for (int i = 0; i < StickyTable.MAX_KEYS; i++) {
      pick(of(egresses, i));
    }
    assertThat(counters.sum(Counter.EGRESS_STICKY_FULL)).isZero();
    String late = address(of(egresses, "late"));
    assertThat(counters.sum(Counter.EGRESS_STICKY_FULL)).isOne();
    assertThat(address(of(egresses, "late"))).isEqualTo(late);
    pass(Duration.ofHours(1));
    address(of(egresses, "later"));
    assertThat(counters.sum(Counter.EGRESS_STICKY_FULL))
        .as("places of those whose time is over are taken")
        .isEqualTo(2);
  }

  @Test
  void addressThatIsNotThereIsSetAsideForAWhileAndTheNextIsUsed() {
    Egresses egresses = egresses(THREE + ", pick: rotate");
    Sources out = of(egresses, "ana");
    Pick gone = requireNonNull(pick(out));
    Pick next = requireNonNull(gone.insteadOfUnbound(Errno.EADDRNOTAVAIL, counters.shared()));
    assertThat(next.number()).isNotEqualTo(gone.number());
    assertThat(counters.sum(Counter.EGRESS_SET_ASIDE)).isOne();
    for (int i = 0; i < 10; i++) {
      assertThat(requireNonNull(pick(out)).number()).isNotEqualTo(gone.number());
    }
    now += AddressPool.ASIDE_NANOS;
    Set<Long> picked = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      picked.add(requireNonNull(pick(out)).number());
    }
    assertThat(picked).as("it is tried again").contains(gone.number());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rotate", "random", "sticky", "least-used"})
  void whereAllAreSetAsideThereIsNoneInTheSystemsChoice(String order) {
    Sources out = of(egresses(THREE + ", pick: " + order), "ana");
    for (int i = 0; i < 3; i++) {
      requireNonNull(pick(out)).insteadOfUnbound(Errno.EADDRNOTAVAIL, counters.shared());
    }
    assertThat(pick(out)).isNull();
    now += AddressPool.ASIDE_NANOS;
    assertThat(pick(out)).isNotNull();
  }

  @Test
  void addressWithoutAPortIsNotSetAside() {
    Sources out = of(egresses(THREE), "ana");
    Pick full = requireNonNull(pick(out));
    Pick next = requireNonNull(full.insteadOfUsedUp(counters.shared()));
    assertThat(next.number()).isNotEqualTo(full.number());
    assertThat(counters.sum(Counter.EGRESS_PORTS_USED_UP)).isOne();
    assertThat(requireNonNull(pick(out)).number()).as("sticky").isEqualTo(full.number());
  }

  @Test
  void noOtherAddressIsTriedWhereAllWouldBeRefusedAlike() {
    Sources out = of(egresses(THREE + ", mark: 7"), "ana");
    Pick pick = requireNonNull(pick(out));
    assertThat(pick.insteadOfUnbound(Errno.EPERM, counters.shared())).isNull();
    assertThat(requireNonNull(pick.binding()).mark()).isEqualTo(7);
    assertThat(pick.failure(Errno.EPERM)).contains("egress out").contains("not permitted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2001:db8:1::/64", "2001:db8::/32", "2001:db8:1:2:3:4:5:0/112"})
  void prefixGivesAddressesOfItsOwnEachOnce(String prefix) {
    Sources out = of(egresses("prefix: \"" + prefix + "\", pick: rotate"), "ana");
    Network network = Network.parse(prefix);
    Set<InetAddress> picked = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      Pick pick = requireNonNull(out.pick(TARGET_6, counters.shared()));
      assertThat(requireNonNull(pick.binding()).free()).as("IPV6_FREEBIND").isTrue();
      InetAddress address = requireNonNull(pick.address());
      assertThat(network.contains(address)).isTrue();
      assertThat(address).as("the routers'").isNotEqualTo(network.address());
      picked.add(address);
    }
    assertThat(picked.size()).isGreaterThanOrEqualTo(9_999);
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.18.0.0/15", "192.0.2.0/24"})
  void prefixOfIpv4HasNeitherItsFirstNorItsLastAddress(String prefix) {
    Sources out = of(egresses("prefix: " + prefix + ", pick: rotate"), "ana");
    Network network = Network.parse(prefix);
    Set<String> picked = new HashSet<>();
    for (int i = 0; i < 200_000; i++) {
      InetAddress address = requireNonNull(requireNonNull(pick(out)).address());
      assertThat(network.contains(address)).isTrue();
      picked.add(address.getHostAddress());
    }
    assertThat(picked)
        .doesNotContain("198.18.0.0", "198.19.255.255", "192.0.2.0", "192.0.2.255")
        .hasSize(Math.min((1 << (32 - network.prefix())) - 2, picked.size()));
    assertThat(picked.size()).isGreaterThanOrEqualTo(254);
  }

  @Test
  void familyThatItHasNotIsNotReachedAndTheReasonNamesIt() {
    Sources out = of(egresses(THREE), "ana");
    assertThat(out.unusable(TARGET)).isNull();
    assertThat(out.unusable(TARGET_6)).isEqualTo("egress out has no address of IPv6");
    Sources only = of(egresses("family: only-6"), "ana");
    assertThat(only.unusable(TARGET)).isEqualTo("egress out is only-6");
    assertThat(only.unusable(TARGET_6)).isNull();
  }

  @Test
  void addressThatTheClientHasConnectedToIsUsedTowardsItsFamily() {
    Sources out = of(egresses("same-as-incoming: true"), "ana");
    assertThat(address(out)).isEqualTo("192.0.2.99");
    assertThat(out.unusable(TARGET_6)).contains("the client has not come over IPv6");
  }

  @Test
  void loopbackThatTheClientHasConnectedToReachesLoopbackAlone() {
    EgressClient local = new EgressClient("ana", null, "h", () -> ip("127.0.0.1"));
    Sources out = requireNonNull(egresses("same-as-incoming: true").of("out", local));
    assertThat(requireNonNull(pick(out)).address()).isNull();
    assertThat(requireNonNull(out.pick(ip("127.0.0.2"), counters.shared())).address())
        .isEqualTo(ip("127.0.0.1"));
  }

  @Test
  void whoeverHasNoEgressLeavesByTheDefaultOrByTheSystemsChoice() {
    assertThat(egresses(THREE).of(null, client("ana"))).isNull();
    Egresses general = Egresses.of(Map.of("default", read(THREE).egress().get("out")), () -> now);
    assertThat(address(requireNonNull(general.of(null, client("ana"))))).startsWith("192.0.2.");
  }

  @Test
  void egressThatIsNotThereReachesNothing() {
    Sources gone = requireNonNull(egresses(THREE).of("gone", client("ana")));
    assertThat(gone.unusable(TARGET)).isEqualTo("the configuration has no egress \"gone\"");
  }

  @Test
  void anotherConfigurationKeepsWhoHasWhichAddressWhereTheEgressIsTheSame() {
    Egresses before = egresses(THREE + ", sticky-time: 1h");
    String ana = address(of(before, "ana"));
    Egresses after = before.with(read(THREE + ", sticky-time: 1h").egress());
    assertThat(address(of(after, "ana"))).isEqualTo(ana);
    assertThat(of(after, "ana").origin()).isEqualTo(of(before, "ana").origin());
    assertThat(of(before.with(read("addresses: [192.0.2.9]").egress()), "ana").origin())
        .isNotEqualTo(of(before, "ana").origin());
  }
}
