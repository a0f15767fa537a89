package dev.argyle.server.config;

import static dev.argyle.server.config.ReadText.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine.Target;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lists in the configuration, and rules that name them. */
@Tag("unit")
class NameListsTest {

  @Test
  void listsAndTheRulesThatNameThemAreRead() {
    Read read =
        ConfigurationReader.read(
            "argyle.yaml",
            """
            lists:
              ads: { file: /etc/argyle/ads.txt, format: hosts }
              inside: { file: inside.txt, format: networks, refresh: on-reload }
              more: { file: more.txt }
            rules:
              - { allow: false, to: ["@ads", "@inside", a.example], from: ["@inside", 10.0.0.0/8] }
            """);
    Configuration configuration = ((Read.Ok) read).configuration();
    assertThat(configuration.lists())
        .isEqualTo(
            Map.of(
                "ads",
                new NameList(
                    "/etc/argyle/ads.txt", NameList.Format.HOSTS, NameList.Refresh.ON_CHANGE),
                "inside",
                new NameList("inside.txt", NameList.Format.NETWORKS, NameList.Refresh.ON_RELOAD),
                "more",
                new NameList("more.txt", NameList.Format.DOMAINS, NameList.Refresh.ON_CHANGE)));
    RuleLine rule = configuration.rules().getFirst();
    assertThat(rule.to())
        .containsExactly(
            new Target.Listed("ads"), new Target.Listed("inside"), new Target.Host("a.example"));
    assertThat(rule.from())
        .containsExactly(
            new Target.Listed("inside"), new Target.Addresses(Network.parse("10.0.0.0/8")));
  }

  @Test
  void aListThatIsNotThereIsNamedAtTheLineOfItsRule() {
    assertThat(
            problems(
                """
                lists: { ads: { file: a } }
                rules:
                  - { allow: false, to: ["@adz"] }
                  - { allow: false, to: ["@nobody"] }
                """))
        .containsExactly(
            "argyle.yaml:3:1: rules[0].to[0]: \"@adz\" is not a list that there is; did you mean ads?",
            "argyle.yaml:4:1: rules[1].to[0]: \"@nobody\" is not a list that there is; the lists are ads");
    assertThat(problems("rules: [{ allow: false, to: [\"@ads\"] }]"))
        .containsExactly(
            "argyle.yaml:1:1: rules[0].to[0]: \"@ads\" is not a list that there is; name its file as"
                + " lists.ads");
  }

  @Test
  void clientsAreNotComparedWithNames() {
    assertThat(
            problems(
                """
                lists: { ads: { file: a, format: hosts } }
                rules: [{ allow: false, from: ["@ads"] }]
                """))
        .singleElement()
        .asString()
        .contains("rules[0].from[0]: \"@ads\" is a list of names; from takes networks");
    assertThat(problems("rules: [{ allow: false, from: [a.example] }]")).hasSize(1);
  }

  @Test
  void aListNeedsAFileAGoodNameAndAFormatThatThereIs() {
    assertThat(problems("lists: { ads: {} }"))
        .singleElement()
        .asString()
        .contains("lists.ads: has no file; a list is { file: NAME, format: hosts, domains or");
    assertThat(problems("lists: { \"a b\": { file: x } }")).hasSize(1);
    assertThat(problems("lists: { ads: { file: x, format: host } }"))
        .singleElement()
        .asString()
        .contains("lists.ads.format: \"host\" is not one of hosts, domains, networks");
    assertThat(problems("rules: [{ allow: false, to: [\"@a b\"] }]"))
        .singleElement()
        .asString()
        .contains("\"@a b\" is not a list");
  }

  @Test
  void thereAreSixtyFourListsAtMost() {
    StringBuilder text = new StringBuilder("lists:\n");
    for (int i = 1; i <= NameLists.MOST; i++) {
      text.append("  l").append(i).append(": { file: x }\n");
    }
    assertThat(problems(text.toString())).isEmpty();
    assertThat(problems(text + "  more: { file: x }\n"))
        .singleElement()
        .asString()
        .contains("has 65 lists; at most 64");
  }
}
