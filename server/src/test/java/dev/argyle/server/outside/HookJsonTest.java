package dev.argyle.server.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class HookJsonTest {

  private static final Duration MOST = Duration.ofMinutes(5);

  private static Answer answer(String json) {
    return HookJson.answer(json.getBytes(StandardCharsets.UTF_8), MOST);
  }

  @Test
  void theQuestionHasNamePasswordClientAndListener() {
    Authority.Asked asked =
        new Authority.Asked(
            "an\u00e4\"",
            "p\\w".getBytes(StandardCharsets.UTF_8),
            InetAddress.ofLiteral("2001:db8::1"),
            "[2001:db8::9]:1080",
            () -> true);
    assertThat(new String(HookJson.question(asked), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"name\":\"an\u00e4\\\"\",\"password\":\"p\\\\w\",\"client\":\"2001:db8::1\","
                + "\"listener\":\"[2001:db8::9]:1080\"}");
    assertThat(asked.toString()).doesNotContain("an\u00e4").doesNotContain("p\\w");
  }

  @Test
  void yesAndNoAreRead() {
    assertThat(answer("{\"allow\":false,\"plan\":\"gold\"}")).isEqualTo(new Answer.Denied());
    assertThat(answer("{\"allow\":true}")).isEqualTo(new Answer.Allowed(Map.of(), MOST));
    assertThat(answer("{ \"allow\": true, \"later\": { \"a\": [1] } }"))
        .isEqualTo(new Answer.Allowed(Map.of(), MOST));
  }

  @Test
  void aPlanAndAttributesAreTakenAsAccountsHaveThem() {
    Map<String, @Nullable String> expected = new HashMap<>();
    expected.put("plan", "gold");
    expected.put("rate.up", "1MiB");
    expected.put("connections", "5");
    expected.put("note", null);
    assertThat(
            answer(
                """
                {"allow": true, "plan": "gold",
                 "limits": {"rate.up": "1MiB", "connections": 5, "note": null}}
                """))
        .isEqualTo(new Answer.Allowed(expected, MOST));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "60, 60", "300, 300", "301, 300", "99999999999, 300"})
  void itIsRememberedNoLongerThanTheOperatorAllows(String said, long seconds) {
    assertThat(answer("{\"allow\":true,\"remember\":" + said + "}"))
        .isEqualTo(new Answer.Allowed(Map.of(), Duration.ofSeconds(seconds)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                      | is not an object
          <html>                                  | its answer is not JSON
          {"allow":true                           | its answer is not JSON
          {"allow":true,"allow":false}            | its answer is not JSON
          [true]                                  | is not an object
          {}                                      | has no allow: true or false
          {"allow":"yes"}                         | allow is not true or false
          {"allow":1}                             | allow is not true or false
          {"allow":null}                          | allow is not true or false
          {"allow":true} x                        | its answer is not JSON
          {"allow":true}{}                        | has something behind its object
          {"allow":true,"plan":"a b"}             | plan is not the name of a plan
          {"allow":true,"plan":{}}                | plan is not a text, a number or null
          {"allow":true,"remember":-1}            | remember is not a number of seconds
          {"allow":true,"remember":1.5}           | remember is not a number of seconds
          {"allow":true,"limits":[]}          | limits is not an object
          {"allow":true,"limits":{"ana":"1"}} | limits has something that is no limit
          {"allow":true,"limits":{"plan":"x"}} | plan stands beside limits
          {"allow":true,"limits":{"connections":"ana"}} | connections takes none or 1 to 1000000
          {"allow":true,"limits":{"connections":[1]}} | connections is not a text, a number or
          {"a":[[[[[[[[[[1]]]]]]]]]],"allow":true} | its answer is not JSON
          """)
  void whatIsNoAnswerIsNeitherYesNorNo(String json, String why) {
    assertThat(answer(json))
        .isInstanceOfSatisfying(
            Answer.Unknown.class,
            unknown ->
                assertThat(unknown.why())
                    .contains(why)
                    .doesNotContain("ana")
                    .doesNotContain("a b"));
  }
}
