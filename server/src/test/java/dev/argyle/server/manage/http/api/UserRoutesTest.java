package dev.argyle.server.manage.http.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.wire.UserName;
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

@Timeout(120)
@Tag("play")
class UserRoutesTest {

  private static final String USERS = "/api/v1/users";

  @TempDir Path data;
  private HttpRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, server -> UserRoutes.of(server.control()));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static List<@Nullable Object> names(HttpResponse<String> page) {
    return ReadJson.items(page.body()).stream().map(user -> user.get("name")).toList();
  }

  private static Map<String, @Nullable Object> user(HttpResponse<String> answer) {
    return ReadJson.object(answer.body());
  }

  private static String etag(HttpResponse<String> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  private static void expectProblem(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat((String) user(answer).get("advice")).isNotBlank();
    assertThat(user(answer).get("status")).isEqualTo((long) status);
  }

  @Test
  void planAndLimitsAreSetReadAndTakenAway() throws Exception {
    rig.send(
        "POST", USERS, "{\"name\":\"ben\",\"password\":\"p\",\"limits\":{\"addresses\":\"9\"}}");
    HttpResponse<String> read = rig.get(USERS + "/ben");
    assertThat(user(read))
        .containsEntry("plan", null)
        .containsEntry("limits", Map.of("addresses", "9"));
    HttpResponse<String> changed =
        rig.send(
            "PATCH",
            USERS + "/ben",
            "{\"limits\":{\"connections\":5,\"rate.up\":\"1MiB\",\"addresses\":null}}");
    assertThat(changed.statusCode()).isEqualTo(200);
    Map<String, String> limits = Map.of("connections", "5", "rate.up", "1MiB");
    assertThat(user(changed)).containsEntry("limits", limits).containsEntry("effective", limits);
    assertThat(etag(changed)).isNotEqualTo(etag(read));
    HttpResponse<String> wrong =
        rig.send("PATCH", USERS + "/ben", "{\"limits\":{\"connections\":\"many\"}}");
    assertThat(wrong.statusCode()).isBetween(400, 422);
    assertThat(wrong.body()).contains("whole number");
    HttpResponse<String> unknown =
        rig.send("PATCH", USERS + "/ben", "{\"limits\":{\"conections\":5}}");
    assertThat(unknown.statusCode()).isBetween(400, 422);
    HttpResponse<String> noPlan = rig.send("PATCH", USERS + "/ben", "{\"plan\":\"gold\"}");
    assertThat(noPlan.statusCode()).isBetween(400, 422);
    assertThat(noPlan.body()).contains("no plan");
    HttpResponse<String> noEgress =
        rig.send("PATCH", USERS + "/ben", "{\"limits\":{\"egress\":\"gone\"}}");
    assertThat(noEgress.statusCode()).isBetween(400, 422);
    assertThat(noEgress.body()).contains("no egress");
    assertThat(user(rig.get(USERS + "/ben"))).containsEntry("limits", limits);
  }

  @Test
  void userOfTheCommandLineIsMarkedAsOfThisRun() throws Exception {
    rig.server.addTemporary(UserName.of("zoe"));
    assertThat(user(rig.get(USERS + "/zoe"))).containsEntry("temporary", true);
    assertThat(ReadJson.items(rig.get(USERS).body()))
        .extracting(one -> one.get("name"), one -> one.get("temporary"))
        .containsExactly(tuple("admin", false), tuple("ana", false), tuple("zoe", true));
  }

  @Test
  void userIsAddedReadChangedAndRemoved() throws Exception {
    HttpResponse<String> added =
        rig.send("POST", USERS, "{\"name\":\"ben\",\"password\":\"ben-Password-1\"}");
    assertThat(added.statusCode()).isEqualTo(201);
    assertThat(added.headers().firstValue("Location")).hasValue(USERS + "/ben");
    assertThat(user(added))
        .containsEntry("name", "ben")
        .containsEntry("href", USERS + "/ben")
        .containsEntry("enabled", true)
        .containsEntry("admin", false)
        .containsEntry("temporary", false)
        .containsEntry("online", false)
        .containsEntry("connections", 0L)
        .containsEntry("viewer", false)
        .containsEntry("lastSeen", null)
        .containsKey("usage");
    HttpResponse<String> changed =
        rig.send(
            "PATCH",
            USERS + "/ben",
            "{\"enabled\":false,\"admin\":true,\"viewer\":true,\"name\":\"bea\"}");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(user(changed))
        .containsEntry("name", "bea")
        .containsEntry("enabled", false)
        .containsEntry("admin", true)
        .containsEntry("viewer", true);
    expectProblem(rig.get(USERS + "/ben"), 404);
    HttpResponse<String> removed = rig.send("DELETE", USERS + "/bea", null);
    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(removed.body()).isEmpty();
    expectProblem(rig.send("DELETE", USERS + "/bea", null), 404);
  }

  @Test
  void pagesFollowEachOtherToTheEnd() throws Exception {
    rig.server.addAdministrator("zoe");
    HttpResponse<String> first = rig.get(USERS + "?limit=2");
    assertThat(names(first)).containsExactly("admin", "ana");
    String next = Objects.requireNonNull((String) user(first).get("next"));
    HttpResponse<String> last = rig.get(USERS + "?limit=2&cursor=" + next);
    assertThat(names(last)).containsExactly("zoe");
    assertThat(user(last).get("next")).isNull();
    assertThat(names(rig.get(USERS + "?name=N"))).containsExactly("admin", "ana");
    expectProblem(rig.get(USERS + "?cursor=x"), 400);
    expectProblem(rig.get(USERS + "?cursor=" + Cursor.CONNECTIONS.text(1)), 400);
    expectProblem(rig.get(USERS + "?limit=0"), 400);
    expectProblem(rig.get(USERS + "?limit=1001"), 400);
    expectProblem(rig.get(USERS + "?who=ana"), 400);
  }

  @Test
  void changeOnConditionIsRefusedIfSomebodyElseCameBefore() throws Exception {
    String etag = etag(rig.get(USERS + "/ana"));
    HttpResponse<String> changed =
        rig.send("PATCH", USERS + "/ana", "{\"admin\":true}", "If-Match", etag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(etag(changed)).isNotEqualTo(etag);
    expectProblem(rig.send("PATCH", USERS + "/ana", "{\"enabled\":false}", "If-Match", etag), 412);
    expectProblem(rig.send("DELETE", USERS + "/ana", null, "If-Match", etag), 412);
    assertThat(user(rig.get(USERS + "/ana"))).containsEntry("enabled", true);
    String several = "\"other\", " + etag(changed);
    assertThat(rig.send("DELETE", USERS + "/ana", null, "If-Match", several).statusCode())
        .isEqualTo(204);
  }

  @Test
  void whatIsRefusedSaysWhyAndWhatToDo() throws Exception {
    expectProblem(rig.send("POST", USERS, "{\"name\":\"ana\",\"password\":\"x\"}"), 409);
    expectProblem(rig.send("POST", USERS, "{\"name\":\"\",\"password\":\"x\"}"), 400);
    expectProblem(rig.send("POST", USERS, "{\"name\":\"ben\"}"), 400);
    expectProblem(rig.send("POST", USERS, "{\"name\":\"ben\",\"password\":\"\"}"), 400);
    String tooLong = "x".repeat(256);
    expectProblem(
        rig.send("POST", USERS, "{\"name\":\"ben\",\"password\":\"" + tooLong + "\"}"), 400);
    expectProblem(rig.send("POST", USERS, "{\"name\":\"b\\ud800\",\"password\":\"x\"}"), 400);
    expectProblem(rig.send("POST", USERS, "{\"name\":\"ben\",\"password\":\"x\",\"age\":3}"), 400);
    expectProblem(rig.send("PATCH", USERS + "/nobody", "{\"enabled\":true}"), 404);
    expectProblem(rig.send("PATCH", USERS + "/ana", "{\"enabled\":\"yes\"}"), 400);
    HttpResponse<String> last = rig.send("PATCH", USERS + "/admin", "{\"admin\":false}");
    expectProblem(last, 409);
    assertThat(user(last).get("detail")).isEqualTo("it would leave no enabled administrator");
  }

  @Test
  void changeThatIsKnownToFailChangesNothing() throws Exception {
    HttpResponse<String> taken =
        rig.send("PATCH", USERS + "/ana", "{\"enabled\":false,\"name\":\"admin\"}");
    expectProblem(taken, 409);
    assertThat(user(rig.get(USERS + "/ana"))).containsEntry("enabled", true);
    expectProblem(rig.send("PATCH", USERS + "/ana", "{\"enabled\":false,\"password\":\"\"}"), 400);
    assertThat(user(rig.get(USERS + "/ana"))).containsEntry("enabled", true);
  }

  @Test
  void changeThatFailsHalfWaySaysWhatWasChanged() throws Exception {
    HttpResponse<String> half =
        rig.send("PATCH", USERS + "/admin", "{\"password\":\"another-1\",\"enabled\":false}");
    expectProblem(half, 403); // the password was the session's own
    assertThat((String) user(half).get("detail")).endsWith("; changed before that: password");
  }

  @Test
  void onlineIsWhoHasAConnectionOpen() throws Exception {
    rig.server.openConnection("ana", "example.org");
    assertThat(user(rig.get(USERS + "/ana")))
        .containsEntry("online", true)
        .containsEntry("connections", 1L);
  }
}
