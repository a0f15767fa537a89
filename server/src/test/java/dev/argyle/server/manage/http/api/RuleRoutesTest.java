package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.manage.http.HttpRig;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without rules in the file: {@code RuleControlTest} has those. */
@Timeout(120)
@Tag("play")
class RuleRoutesTest {

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, server -> RuleRoutes.of(server.control()));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void whatHoldsWhereNoRuleDecidesIsListedInPages() throws Exception {
    HttpResponse<String> first = rig.get("/api/v1/rules?limit=2");
    String next = Objects.requireNonNull((String) ReadJson.object(first.body()).get("next"));
    HttpResponse<String> last = rig.get("/api/v1/rules?limit=2&cursor=" + next);
    assertThat(ReadJson.items(first.body())).hasSize(2);
    List<Map<String, @Nullable Object>> items = ReadJson.items(last.body());
    assertThat(items).hasSize(1);
    assertThat(items.getFirst())
        .containsEntry("number", null)
        .containsEntry("place", null)
        .containsEntry("allow", true)
        .containsEntry("hits", 0L)
        .containsEntry("hitsDay", 0L)
        .containsEntry("shadowedBy", null)
        .containsEntry("isDefault", true);
    assertThat(ReadJson.object(last.body()).get("next")).isNull();
  }

  @Test
  void requestIsExplainedWithItsReply() throws Exception {
    Map<String, @Nullable Object> allowed =
        ReadJson.object(rig.get("/api/v1/explain?to=192.0.2.1:80").body());
    assertThat(allowed)
        .containsEntry("allowed", true)
        .containsEntry("rule", "default: the destination is open")
        .containsEntry("ruleNumber", 0L)
        .containsEntry("reply", 0L)
        .containsEntry(
            "steps", List.of("192.0.2.1:80 is allowed: default: the destination is open"));
    Map<String, @Nullable Object> denied =
        ReadJson.object(
            rig.get("/api/v1/explain?user=ana&from=192.0.2.7&command=udp&to=%5Bff02::1%5D:53")
                .body());
    assertThat(denied).containsEntry("allowed", false).containsEntry("reply", 2L);
    Map<String, @Nullable Object> nowhere =
        ReadJson.object(rig.get("/api/v1/explain?to=nowhere.example:80").body());
    assertThat(nowhere)
        .containsEntry("allowed", false)
        .containsEntry("rule", null)
        .containsEntry("ruleNumber", null)
        .containsEntry("reply", 4L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "to=example.org", "to=example.org:99999", "to=a:1&from=x", "to=a:1&command=x"})
  void wrongQuestionIsRefused(String query) throws Exception {
    HttpResponse<String> refused = rig.get("/api/v1/explain?" + query);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat((String) ReadJson.object(refused.body()).get("advice")).isNotBlank();
  }
}
