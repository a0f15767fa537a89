package dev.argyle.server.rule;

import static dev.argyle.server.rule.Ask.allow;
import static dev.argyle.server.rule.Ask.commands;
import static dev.argyle.server.rule.Ask.deny;
import static dev.argyle.server.rule.Ask.from;
import static dev.argyle.server.rule.Ask.ports;
import static dev.argyle.server.rule.Ask.users;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.wire.socks.Command;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class CoverageTest {

  private static boolean covers(RuleLine first, RuleLine later) {
    return Coverage.covers(first, later);
  }

  @Test
  void ruleBehindOneThatTakesAllItsDestinationsIsFound() {
    assertThat(covers(allow("10.0.0.0/8"), deny("10.1.0.0/16"))).isTrue();
    assertThat(covers(deny("10.0.0.0/8"), allow("10.1.2.3/32"))).isTrue();
    assertThat(covers(allow("10.1.0.0/16"), deny("10.0.0.0/8"))).isFalse();
    assertThat(covers(allow("10.0.0.0/8"), deny("10.1.0.0/16", "192.0.2.0/24"))).isFalse();
    assertThat(covers(deny("*.example"), allow("a.example", "*.b.example"))).isTrue();
    assertThat(covers(deny("*.example"), allow("example"))).as("itself not included").isFalse();
    assertThat(covers(deny("a.example"), allow("*.example"))).isFalse();
    assertThat(covers(deny("*.example"), allow("10.0.0.0/8"))).isFalse();
    assertThat(covers(deny("2001:db8::/32"), allow("2001:db8:1::/48"))).isTrue();
  }

  @Test
  void ruleForEverythingTakesAllButWhatItDoesNotOpen() {
    assertThat(covers(allow(), deny("bad.example"))).isTrue();
    assertThat(covers(allow(), deny("127.0.0.0/8"))).as("closed anyway").isTrue();
    assertThat(covers(allow(), allow("10.0.0.0/8"))).isTrue();
    assertThat(covers(allow(), allow("127.0.0.0/8"))).as("this one opens it").isFalse();
    assertThat(covers(allow(), allow("0.0.0.0/0"))).isFalse();
    assertThat(covers(deny(), allow("127.0.0.0/8"))).isTrue();
  }

  @Test
  void everyOtherConditionMustBeTakenToo() {
    RuleLine all = deny();
    assertThat(covers(all, users(all, "ana"))).isTrue();
    assertThat(covers(users(all, "ana"), all)).isFalse();
    assertThat(covers(users(all, "ana", "ben"), users(all, "ben"))).isTrue();
    assertThat(covers(users(all, "ana"), users(all, "ana", "ben"))).isFalse();
    assertThat(covers(from(all, "10.0.0.0/8"), from(all, "10.1.0.0/16"))).isTrue();
    assertThat(covers(from(all, "10.1.0.0/16"), from(all, "10.0.0.0/8"))).isFalse();
    assertThat(covers(commands(all, Command.CONNECT), commands(all, Command.CONNECT))).isTrue();
    assertThat(covers(commands(all, Command.CONNECT), all)).isFalse();
    assertThat(covers(ports(all, new PortRange(1, 100)), ports(all, new PortRange(80, 80))))
        .isTrue();
    assertThat(covers(ports(all, new PortRange(1, 100)), ports(all, new PortRange(80, 101))))
        .isFalse();
  }

  @Test
  void firstThatCoversIsNamedAndTooManyRulesAreNotLookedAt() {
    List<RuleLine> lines = List.of(allow("192.0.2.0/24"), deny("10.0.0.0/8"), deny("10.0.0.0/9"));
    assertThat(Coverage.of(lines)).containsExactly(0, 0, 2);
    List<RuleLine> many = Collections.nCopies(Coverage.MOST_RULES + 1, deny());
    assertThat(Coverage.of(many)).containsOnly(0);
    assertThat(Coverage.of(many.subList(1, many.size()))[1]).isEqualTo(1);
  }
}
