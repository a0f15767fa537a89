package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.manage.http.HttpRig;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@Tag("play")
class SettingsRoutesTest {

  private static final String SETTINGS = "/api/v1/settings";

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, server -> SettingsRoutes.of(server.control()));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static Map<String, @Nullable Object> setting(HttpResponse<String> all, String name) {
    return ReadJson.asObject(ReadJson.object(all.body()).get(name));
  }

  @Test
  void settingsAreChangedTogetherAndShownBesideWhatTheFileSays() throws Exception {
    HttpResponse<String> changed =
        rig.send(
            "PATCH",
            SETTINGS,
            "{\"idleTimeoutSeconds\":60,\"selectorTimeoutMillis\":50,\"bufferSize\":8192,"
                + "\"authentication\":true,\"dissectors\":true}");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(setting(changed, "idleTimeoutSeconds"))
        .isEqualTo(Map.of("value", 60L, "configured", 3600L));
    assertThat(setting(changed, "selectorTimeoutMillis"))
        .isEqualTo(Map.of("value", 50L, "configured", 1000L));
    assertThat(setting(changed, "bufferSize"))
        .isEqualTo(Map.of("value", 8192L, "configured", 65_536L));
    assertThat(setting(changed, "authentication"))
        .isEqualTo(Map.of("value", true, "configured", false));
    assertThat(setting(changed, "dissectors"))
        .isEqualTo(Map.of("value", true, "configured", false));
    assertThat(rig.get(SETTINGS).body()).isEqualTo(changed.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"dissectors\":true,\"idleTimeoutSeconds\":86401}",
        "{\"dissectors\":true,\"selectorTimeoutMillis\":9}",
        "{\"dissectors\":true,\"bufferSize\":1048577}",
        "{\"dissectors\":true,\"bufferSize\":\"64KiB\"}",
        "{\"dissectors\":true,\"speed\":1}"
      })
  void changeWithOneWrongValueChangesNothing(String body) throws Exception {
    assertThat(rig.send("PATCH", SETTINGS, body).statusCode()).isIn(400, 422);
    assertThat(setting(rig.get(SETTINGS), "dissectors").get("value")).isEqualTo(false);
  }

  @Test
  void changeOnConditionIsRefusedIfSomebodyElseCameBefore() throws Exception {
    String etag = rig.get(SETTINGS).headers().firstValue("ETag").orElseThrow();
    assertThat(rig.send("PATCH", SETTINGS, "{\"dissectors\":true}", "If-Match", etag).statusCode())
        .isEqualTo(200);
    assertThat(rig.send("PATCH", SETTINGS, "{\"dissectors\":false}", "If-Match", etag).statusCode())
        .isEqualTo(412);
  }

  @Test
  void serverIsStoppedStartedDrainedAndReset() throws Exception {
    String server = "/api/v1/server/";
    assertThat(rig.send("POST", server + "stop", null).body()).isEqualTo("{\"running\":false}");
    assertThat(rig.send("POST", server + "start", null).body()).isEqualTo("{\"running\":true}");
    assertThat(rig.send("POST", server + "drain", null).body()).isEqualTo("{\"running\":false}");
    assertThat(rig.send("POST", server + "reset", null).body()).isEqualTo("{\"running\":true}");
    assertThat(rig.get(server + "stop").statusCode()).isEqualTo(405);
  }
}
