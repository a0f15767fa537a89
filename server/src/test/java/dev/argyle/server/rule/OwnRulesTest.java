package dev.argyle.server.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.server.config.RuleLine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules that are an account's own: those for {@code @} and the name that its attribute has. */
@Tag("unit")
class OwnRulesTest {

  private static final String RULES =
      """
      rules:
        - { allow: false, users: ["@kids"], to: [198.51.100.0/24] }
        - { allow: true, users: ["@kids", eva], to: [203.0.113.0/24] }
        - { allow: false, users: ["@kids"] }
        - { allow: false, to: [203.0.113.0/24] }
      """;

  private static RuleLine[] lines() {
    return switch (ConfigurationReader.read("argyle.yaml", RULES)) {
      case Read.Ok(Configuration configuration, var _) ->
          configuration.rules().toArray(RuleLine[]::new);
      case Read.Wrong(var problems) -> throw new AssertionError(problems);
    };
  }

  private static int rule(Decision decision) {
    return decision.rule();
  }

  @Test
  void theyAreAskedInTheirPlaceAndALastOneWithoutConditionsIsInsteadOfAllOthers() {
    Ask ana = Ask.STRANGER.user("ana");
    assertThat(rule(ana.own("kids", "198.51.100.1", lines()))).isEqualTo(1);
    assertThat(rule(ana.own("kids", "203.0.113.1", lines()))).isEqualTo(2);
    assertThat(rule(ana.own("kids", "192.0.2.1", lines()))).isEqualTo(3);
  }

  @Test
  void theyAreNobodyElsesAndANameThatNoRuleHasIsNone() {
    Ask ana = Ask.STRANGER.user("ana");
    assertThat(ana.to("198.51.100.1", lines()).allowed()).isTrue();
    assertThat(rule(ana.to("203.0.113.1", lines()))).isEqualTo(4);
    assertThat(ana.own("staff", "198.51.100.1", lines()).allowed()).isTrue();
    assertThat(rule(Ask.STRANGER.user("eva").to("203.0.113.1", lines()))).isEqualTo(2);
  }

  @Test
  void aUserWhoseNameLooksLikeItIsNotOneOfThem() {
    assertThat(Ask.STRANGER.user("@kids").to("198.51.100.1", lines()).allowed()).isTrue();
  }
}
