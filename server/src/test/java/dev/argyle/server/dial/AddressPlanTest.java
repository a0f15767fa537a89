package dev.argyle.server.dial;

import static dev.argyle.server.dial.Literals.ip;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AddressPlanTest {

  private final AddressPlan plan = new AddressPlan(Family.IPV6);

  @Test
  void familiesTakeTurnsAndIpv6Begins() {
    plan.add(List.of(ip("192.0.2.1"), ip("192.0.2.2"), ip("::a"), ip("::b"), ip("::c")));
    assertThat(rest())
        .containsExactly(ip("::a"), ip("192.0.2.1"), ip("::b"), ip("192.0.2.2"), ip("::c"));
  }

  @Test
  void withoutIpv6ItIsTheServersOrder() {
    plan.add(List.of(ip("192.0.2.2"), ip("192.0.2.1")));
    assertThat(rest()).containsExactly(ip("192.0.2.2"), ip("192.0.2.1"));
  }

  @Test
  void theFamilyThatComesLateHasTheNextTurn() {
    plan.add(List.of(ip("192.0.2.1"), ip("192.0.2.2")));
    assertThat(plan.next()).isEqualTo(ip("192.0.2.1"));
    plan.add(List.of(ip("::a")));
    assertThat(rest()).containsExactly(ip("::a"), ip("192.0.2.2"));
  }

  @Test
  void anAddressIsTriedOnce() {
    plan.add(List.of(ip("192.0.2.1"), ip("192.0.2.1")));
    assertThat(plan.next()).isEqualTo(ip("192.0.2.1"));
    plan.add(List.of(ip("192.0.2.1"), ip("::ffff:192.0.2.1")));
    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.next()).isNull();
  }

  @Test
  void thereIsAnEndToAddresses() {
    List<InetAddress> many = new ArrayList<>();
    for (int i = 0; i < AddressPlan.MAX_ADDRESSES + 1; i++) {
      many.add(ip("192.0.2." + i));
    }
    plan.add(many);
    assertThat(rest()).isEqualTo(many.subList(0, AddressPlan.MAX_ADDRESSES));
  }

  private List<InetAddress> rest() {
    List<InetAddress> all = new ArrayList<>();
    for (InetAddress next = plan.next(); next != null; next = plan.next()) {
      all.add(next);
    }
    return all;
  }
}
