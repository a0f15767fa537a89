package dev.argyle.server.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client whom no rule can let out must not carry octets out in questions to name servers. */
@Tag("unit")
class NamesBeforeLookupTest {

  private static RuleLine rule(boolean allow, String... to) {
    List<Target> targets = java.util.Arrays.stream(to).map(Target::parse).toList();
    return new RuleLine(
        allow, Set.of(), List.of(), Set.of(), targets, List.of(), null, "argyle.yaml:1");
  }

  private static boolean denied(String name, RuleLine... lines) {
    Question question = Ask.STRANGER.name(name).question("192.0.2.1");
    return RuleBook.compile(List.of(lines)).decideName(question) != null;
  }

  @Test
  void whereNothingIsAllowedNoNameIsLookedUp() {
    assertThat(denied("secret.example.org", rule(false))).isTrue();
  }

  @Test
  void whereSomeNamesAreAllowedOthersAreNotLookedUp() {
    RuleLine[] lines = {rule(true, "*.example.org"), rule(false)};
    assertThat(denied("a.example.org", lines)).isFalse();
    assertThat(denied("secret.example.com", lines)).isTrue();
  }

  @Test
  void whereAnAddressMightBeAllowedTheNameIsLookedUp() {
    assertThat(denied("a.example.org", rule(true, "10.0.0.0/8"), rule(false))).isFalse();
    assertThat(denied("a.example.org", rule(false, "10.0.0.0/8"))).isFalse();
    assertThat(denied("a.example.org")).isFalse();
  }

  @Test
  void aDeniedNameIsNotLookedUpThoughItsAddressIsAllowedFurtherDown() {
    assertThat(denied("a.example.org", rule(false, "a.example.org"), rule(true, "10.0.0.0/8")))
        .isTrue();
    assertThat(denied("a.example.org", rule(true, "10.0.0.0/8"), rule(false, "a.example.org")))
        .isFalse();
  }
}
