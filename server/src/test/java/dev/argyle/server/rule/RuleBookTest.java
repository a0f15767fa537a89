package dev.argyle.server.rule;

import static dev.argyle.server.rule.Ask.LOCAL;
import static dev.argyle.server.rule.Ask.STRANGER;
import static dev.argyle.server.rule.Ask.allow;
import static dev.argyle.server.rule.Ask.deny;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.wire.socks.Command;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class RuleBookTest {

  private static final RuleLine DENY_ALL = deny("0.0.0.0/0", "::/0");
  private static final RuleLine ALLOW_ALL = allow("0.0.0.0/0", "::/0");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93.184.216.34",
        "10.0.0.1",
        "1.0.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "223.255.255.255",
        "255.255.255.254",
        "::2:0:1",
        "2001:db8::1",
        "fd00::1",
        "fe7f::1",
        "fec0::1",
        "feff::1"
      })
  void withoutRulesADestinationIsOpen(String address) {
    if (address.equals("255.255.255.254")) { // reserved, but neither multicast nor broadcast
      assertThat(Closed.BROADCAST.holds(Bits.of(Ask.ip(address)))).isFalse();
    }
    assertThat(STRANGER.to(address))
        .isEqualTo(new Decision(true, 0, null, "default: the destination is open"));
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, unspecified addresses are closed",
    "0.255.255.255, unspecified addresses are closed",
    "::, unspecified addresses are closed",
    "127.0.0.1, loopback addresses are closed to other hosts",
    "127.255.255.255, loopback addresses are closed to other hosts",
    "::1, loopback addresses are closed to other hosts",
    "169.254.169.254, link-local addresses are closed",
    "fe80::1, link-local addresses are closed",
    "febf::1, link-local addresses are closed",
    "224.0.0.1, multicast addresses are closed",
    "239.255.255.255, multicast addresses are closed",
    "ff02::1, multicast addresses are closed",
    "255.255.255.255, the broadcast address is closed",
  })
  void withoutRulesThisIsClosed(String address, String words) {
    assertThat(STRANGER.to(address)).isEqualTo(new Decision(false, 0, null, "default: " + words));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, ::1, true",
    "::1, 127.8.9.10, true",
    "::ffff:127.0.0.1, ::1, true",
    "127.9.9.9, ::ffff:127.0.0.1, true",
    "127.0.0.1, 169.254.169.254, false",
    "127.0.0.1, 0.0.0.0, false",
    "::1, ::, false",
    "192.0.2.1, 127.0.0.1, false",
    "::2, ::1, false",
  })
  void aClientOnLoopbackReachesLoopbackAndNothingElseThatIsClosed(
      String client, String address, boolean allowed) {
    assertThat(STRANGER.from(client).to(address).allowed()).isEqualTo(allowed);
  }

  @Test
  void theFirstMatchWins() {
    RuleLine[] lines = {deny("127.0.0.2/32"), allow("127.0.0.0/8"), DENY_ALL};
    assertThat(STRANGER.to("127.0.0.2", lines).rule()).isEqualTo(1);
    assertThat(STRANGER.to("127.0.0.3", lines))
        .isEqualTo(new Decision(true, 2, null, "rule 2 (argyle.yaml:7)"));
    assertThat(STRANGER.to("8.8.8.8", lines).rule()).isEqualTo(3);
    assertThat(STRANGER.to("2001:db8::1", lines).allowed()).isFalse();
  }

  @Test
  void whatNoRuleMatchesFallsToTheDefaults() {
    RuleLine rule = deny("10.0.0.0/8");
    assertThat(STRANGER.to("8.8.8.8", rule).allowed()).isTrue();
    assertThat(STRANGER.to("169.254.169.254", rule).allowed()).isFalse();
    assertThat(LOCAL.to("127.0.0.1", rule).allowed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "127.0.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "2002:7f00:1::1"
      })
  void anAllowRuleThatNamesTheNetworkOpensWhatIsClosed(String address) {
    assertThat(STRANGER.to(address, ALLOW_ALL).rule()).isEqualTo(1);
  }

  @Test
  void anAllowRuleThatDoesNotNameTheNetworkOpensNothingThatIsClosed() {
    RuleLine anywhere = Ask.users(allow(), "ana");
    RuleLine byName = allow("*.example.org", "metadata.example.org");
    Ask ana = STRANGER.user("ana").name("metadata.example.org");
    assertThat(ana.to("8.8.8.8", anywhere).rule()).isEqualTo(1);
    assertThat(ana.to("8.8.8.8", byName).rule()).isEqualTo(1);
    assertThat(ana.to("169.254.169.254", anywhere, byName).reason())
        .isEqualTo("default: link-local addresses are closed");
    assertThat(ana.to("169.254.169.254", anywhere, byName, allow("169.254.0.0/16")).rule())
        .isEqualTo(3);
    assertThat(ana.from("127.0.0.1").to("127.0.0.1", anywhere).rule()).isEqualTo(1);
  }

  @Test
  void aRuleWithBothANameAndANetworkMatchesByEither() {
    RuleLine rule = allow("intranet.example.org", "10.0.0.0/8");
    assertThat(STRANGER.to("10.1.2.3", rule, DENY_ALL).rule()).isEqualTo(1);
    assertThat(STRANGER.name("intranet.example.org").to("8.8.8.8", rule, DENY_ALL).rule())
        .isEqualTo(1);
    assertThat(STRANGER.name("example.org").to("8.8.8.8", rule, DENY_ALL).rule()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, true, false",
    "EXAMPLE.Org, true, false",
    "example.org., true, false",
    "example.org.., true, false",
    "a.example.org, false, true",
    "a.b.EXAMPLE.org., false, true",
    ".example.org, false, true",
    "notexample.org, false, false",
    "example.org.evil, false, false",
    "org, false, false",
    "., false, false",
    ", false, false",
  })
  void namesAreComparedWithoutCaseAndTrailingDotAndASuffixIsEveryNameBelow(
      String name, boolean exact, boolean below) {
    Ask ask = STRANGER.name(name);
    assertThat(ask.to("8.8.8.8", deny("example.org")).allowed()).isEqualTo(!exact);
    assertThat(ask.to("8.8.8.8", deny("*.example.org")).allowed()).isEqualTo(!below);
  }

  @Test
  void aNameOf255LabelsIsDecided() {
    assertThat(STRANGER.name(".".repeat(255)).to("8.8.8.8", deny("*.org")).allowed()).isTrue();
    assertThat(STRANGER.name("a.".repeat(126) + "org").to("8.8.8.8", deny("*.org")).allowed())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "79, false",
    "80, true",
    "81, false",
    "999, false",
    "1000, true",
    "1999, true",
    "2000, true",
    "2001, false",
    "65534, false",
    "65535, true",
  })
  void aRangeOfPortsIncludesItsEnds(int port, boolean denied) {
    RuleLine rule =
        Ask.ports(
            deny(), new PortRange(80, 80), new PortRange(1000, 2000), new PortRange(65535, 65535));
    assertThat(STRANGER.port(port).to("8.8.8.8", rule).allowed()).isEqualTo(!denied);
  }

  @Test
  void allPortsAreOneRangeAndZeroIsNoPort() {
    RuleLine rule = Ask.ports(deny(), new PortRange(1, 65535));
    assertThat(STRANGER.port(0).to("8.8.8.8", rule).rule()).isZero();
    assertThat(STRANGER.port(1).to("8.8.8.8", rule).rule()).isEqualTo(1);
    assertThat(STRANGER.port(65535).to("8.8.8.8", rule).rule()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "198.51.100.0, true", "198.51.100.255, true", "198.51.101.0, false",
    "::ffff:198.51.100.1, true", "2001:db8::1, true", "2001:db9::1, false",
  })
  void aRuleCanBeForClientsOfSomeNetworks(String client, boolean denied) {
    RuleLine rule = Ask.from(deny(), "198.51.100.0/24", "2001:db8::/32");
    assertThat(STRANGER.from(client).to("8.8.8.8", rule).allowed()).isEqualTo(!denied);
  }

  @Test
  void theSourceAddressIsTheMatchingRules() {
    RuleLine first = Ask.source(allow("10.0.0.0/8"), "192.0.2.7");
    assertThat(STRANGER.to("10.0.0.1", first).source()).isEqualTo(Ask.ip("192.0.2.7"));
    assertThat(STRANGER.to("11.0.0.1", first).source()).isNull();
  }

  /** Every command, every kind of user, every kind of rule: which rule decides. */
  @ParameterizedTest(name = "{0} of {1}: {2}")
  @CsvSource({
    "CONNECT, ana, 1",
    "BIND,    ana, 2",
    "UDP,     ana, 4",
    "CONNECT, eva, 4",
    "BIND,    eva, 2",
    "UDP,     eva, 4",
    "CONNECT, Ana, 4",
    "BIND,    Ana, 4",
    "UDP,     Ana, 4",
    "CONNECT, -,   4",
    "BIND,    -,   4",
    "UDP,     -,   3",
    "CONNECT, ,    4",
    "BIND,    ,    4",
    "UDP,     ,    3",
  })
  void commandAndUserAndRule(Command command, String user, int rule) {
    RuleLine connectOfAna = Ask.users(Ask.commands(allow(), Command.CONNECT), "ana");
    RuleLine bindOfBoth = Ask.users(Ask.commands(allow(), Command.BIND), "ana", "eva");
    RuleLine udpOfNobody = Ask.users(Ask.commands(allow(), Command.UDP), "-");
    Ask ask = new Ask(user, "198.51.100.9", command, null, 80);
    assertThat(ask.to("8.8.8.8", connectOfAna, bindOfBoth, udpOfNobody, DENY_ALL).rule())
        .isEqualTo(rule);
  }

  @Test
  void tenThousandRulesDecide() {
    List<RuleLine> lines = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      String network = "10." + i / 256 + "." + i % 256 + ".0/24";
      RuleLine line = i % 2 == 0 ? deny(network, "*.n" + i + ".example") : deny("h" + i, network);
      lines.add(Ask.users(Ask.ports(line, new PortRange(i + 1, i + 2)), "user" + i, "ana"));
    }
    lines.add(DENY_ALL);
    RuleBook book = RuleBook.compile(lines);
    for (int i = 0; i < 10_000; i++) {
      String address = "10." + i / 256 + "." + i % 256 + ".9";
      Ask ask = STRANGER.user(i % 3 == 0 ? "ana" : "user" + i);
      assertThat(ask.port(i + 1).to(address, book).rule()).isEqualTo(i + 1);
      assertThat(ask.port(i + 3).to(address, book).rule()).isEqualTo(10_001);
    }
    assertThat(STRANGER.user("ana").port(9_999).name("X.n9998.example.").to("8.8.8.8", book).rule())
        .isEqualTo(9_999);
  }
}
