package dev.argyle.server.rule;

import static dev.argyle.server.rule.Ask.LOCAL;
import static dev.argyle.server.rule.Ask.STRANGER;
import static dev.argyle.server.rule.Ask.allow;
import static dev.argyle.server.rule.Ask.deny;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine;
import dev.argyle.wire.Addresses;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways around a proxy's rules that others were attacked by (hardening.md, "Rules"). */
@Tag("unit")
class SsrfTest {

  /** 64:ff9b:1::/48, ::/96 and ::ffff:0:0:0/96 are ours: not in the list, the same trick. */
  @ParameterizedTest(name = "{0} holds {1}")
  @CsvSource({
    "64:ff9b::7f00:1, 127.0.0.1",
    "64:ff9b:1::a9fe:a9fe, 169.254.169.254",
    "2002:7f00:1::, 127.0.0.1",
    "2002:a9fe:a9fe:1:2:3:4:5, 169.254.169.254",
    "2001:0:102:304:0:0:80ff:fffe, 127.0.0.1",
    "2001:0:102:304:8000:f227:5601:5601, 169.254.169.254",
    "::127.0.0.1, 127.0.0.1",
    "::ffff:0:127.0.0.1, 127.0.0.1",
  })
  void anAddressInsideAnIpv6AddressIsSeen(String address, String inside) {
    assertThat(Bits.of(Ask.ip(address)).embedded()).isEqualTo(Bits.of(Ask.ip(inside)));
    assertThat(Addresses.normalise(Ask.ip(address))).isEqualTo(Ask.ip(address));
    assertThat(STRANGER.to(address).reason())
        .startsWith("default: ")
        .endsWith(", also inside an IPv6 address");
    assertThat(LOCAL.to(address).allowed()).isFalse();
    assertThat(STRANGER.to(address, deny(inside + "/32")).rule()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"::", "::1", "2001:db8::1", "2003::1", "64:ff9c::1", "127.0.0.1", "::1:7f00:1"})
  void anyOtherAddressHasNoneInside(String address) {
    assertThat(Bits.of(Ask.ip(address)).embedded()).isNull();
  }

  @Test
  void mappedAddressesDoNotSlipThrough() {
    assertThat(Addresses.normalise(Ask.ip("::ffff:10.1.2.3"))).isEqualTo(Ask.ip("10.1.2.3"));
    assertThat(STRANGER.to("::ffff:127.0.0.1").allowed()).isFalse();
    assertThat(STRANGER.to("::ffff:169.254.169.254").allowed()).isFalse();
    assertThat(STRANGER.to("::ffff:0.0.0.0").allowed()).isFalse();
    assertThat(STRANGER.to("::ffff:10.1.2.3", deny("10.0.0.0/8")).rule()).isEqualTo(1);
    assertThat(STRANGER.to("::ffff:10.1.2.3", deny("::/0")).rule()).isZero();
  }

  @Test
  void nat64ReachesNothingThatIsDenied() {
    assertThat(STRANGER.to("64:ff9b::a00:1", deny("10.0.0.0/8"), allow("::/0")).rule()).isOne();
  }

  @Test
  void sixToFourReachesNothingThatIsDenied() {
    assertThat(STRANGER.to("2002:a00:1::1", deny("10.0.0.0/8"), allow("::/0")).rule()).isOne();
  }

  @Test
  void teredoReachesNothingThatIsDenied() {
    assertThat(STRANGER.to("2001::f5ff:fffe", deny("10.0.0.0/8"), allow("::/0")).rule()).isOne();
  }

  @Test
  void zeroIsNotAnotherWordForLoopback() {
    assertThat(LOCAL.to("0.0.0.0").allowed()).isFalse();
    assertThat(LOCAL.to("0.0.0.1").allowed()).isFalse();
    assertThat(LOCAL.to("::").allowed()).isFalse();
  }

  @Test
  void anAllowRuleForTheInnerAddressDoesNotOpenTheOuterOne() {
    RuleLine[] lines = {allow("10.0.0.0/8"), deny("0.0.0.0/0", "::/0")};
    assertThat(STRANGER.to("64:ff9b::a00:1", lines).rule()).isEqualTo(2);
    assertThat(STRANGER.to("2002:a00:1::1", lines).rule()).isEqualTo(2);
  }

  @Test
  void anAllowRuleForTheOuterAddressDoesNotOpenAClosedInnerOne() {
    RuleLine[] lines = {allow("64:ff9b::/96")};
    assertThat(STRANGER.to("64:ff9b::a00:1", lines).rule()).isOne();
    assertThat(STRANGER.to("64:ff9b::7f00:1", lines).allowed()).isFalse();
    assertThat(STRANGER.to("64:ff9b::7f00:1", allow("64:ff9b::/96", "127.0.0.0/8")).rule()).isOne();
  }

  @Test
  void aNetworkIsDeniedToAHostNameTooSinceTheResolvedAddressDecides() {
    Ask rebound = STRANGER.name("rebound.example.org");
    assertThat(rebound.to("10.0.0.1", deny("10.0.0.0/8"), allow("*.example.org")).rule()).isOne();
    assertThat(rebound.to("169.254.169.254", allow("*.example.org")).allowed()).isFalse();
    assertThat(STRANGER.name("localhost").to("127.0.0.1").allowed()).isFalse();
  }
}
