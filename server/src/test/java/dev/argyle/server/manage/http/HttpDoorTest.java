package dev.argyle.server.manage.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.control.Operation;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and responses, as a client sees them. */
@Timeout(60)
@Tag("play")
class HttpDoorTest extends HttpDoorCase {

  @Test
  void statusTellsWhatRunsAndWhoAsks() throws Exception {
    HttpResponse<String> status = rig.get("/api/v1/status");
    assertThat(status.statusCode()).isEqualTo(200);
    assertThat(status.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(status.body())
        .contains("\"version\":\"1.2.3\"", "\"running\":true", "\"role\":\"administrator\"")
        .contains("\"mass\":null");
  }

  @Test
  void everyResponseForbidsWhatAPageCouldBeMisusedFor() throws Exception {
    for (String path : List.of("/livez", "/nothing", "/api/v1/status")) {
      HttpResponse<String> response = rig.get(path);
      assertThat(response.headers().map())
          .containsEntry("x-content-type-options", List.of("nosniff"))
          .containsEntry("referrer-policy", List.of("no-referrer"))
          .containsEntry("cache-control", List.of("no-store"));
      assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void healthPagesAreOpenAndAllElseNeedsALogin() throws Exception {
    assertThat(rig.anonymous("GET", "/livez", null).body()).isEqualTo("ok\n");
    assertThat(rig.anonymous("GET", "/readyz", null).statusCode()).isEqualTo(200);
    rig.ready = false;
    assertThat(rig.anonymous("GET", "/readyz", null).statusCode()).isEqualTo(503);
    HttpResponse<String> refused = rig.anonymous("GET", "/api/v1/status", null);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
        .startsWith("Basic realm=\"argyle\"");
    assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(
            rig.anonymous("GET", "/api/v1/status", null, "X-Requested-With", "argyle")
                .headers()
                .firstValue("WWW-Authenticate"))
        .as("the dashboard has a form of its own")
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"admin,wrong", "nobody,wrong", "ana," + ManagedServer.PASSWORD})
  void whoIsNoAdministratorStaysOutAndTheConnectionEnds(String name, String password)
      throws Exception {
    HttpResponse<String> refused =
        rig.send("GET", "/api/v1/status", null, "Authorization", HttpRig.basic(name, password));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("Connection")).contains("close");
    assertThat(rig.server.count(Counter.AUTHENTICATION_FAILURES)).isEqualTo(1);
    assertThat(rig.services.admission().penalties().sources()).isEqualTo(1);
  }

  @Test
  void viewerReadsAndChangesNothingUntilThatIsTakenAway() throws Exception {
    String viewer = HttpRig.basic("ana", ManagedServer.PASSWORD);
    rig.server.change().view("ana", true);
    HttpResponse<String> status = rig.send("GET", "/api/v1/status", null, "Authorization", viewer);
    assertThat(status.statusCode()).isEqualTo(200);
    assertThat(status.body()).contains("\"role\":\"viewer\"");
    HttpResponse<String> refused =
        rig.send("POST", "/things", "{\"name\":\"x\"}", "Authorization", viewer);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("administrator");
    rig.anonymousStream("/events", "Authorization", viewer);
    CountDownLatch ended = new CountDownLatch(1);
    streaming().onEnd(ended::countDown);
    rig.server.change().view("ana", false);
    assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(rig.send("GET", "/api/v1/status", null, "Authorization", viewer).statusCode())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @EnumSource(
      value = Door.class,
      names = {"MASS", "FEED", "HTTP"})
  void viewerMayLookAtEveryDoorThatHasLogins(Door door) {
    rig.server.change().view("ana", true);
    Actor viewer =
        rig.server
            .control()
            .login(
                door,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                ManagedServer.octets("ana"),
                ManagedServer.octets(ManagedServer.PASSWORD))
            .join();
    assertThat(viewer).isNotNull();
    assertThat(rig.server.control().may(viewer, Operation.LIST_USERS)).isTrue();
    assertThat(rig.server.control().may(viewer, Operation.ADD_USER)).isFalse();
    assertThat(rig.server.control().removeUser(viewer, dev.argyle.wire.UserName.of("admin")))
        .isInstanceOf(dev.argyle.server.control.Result.NotAllowed.class);
  }

  @Test
  void unknownPathsAndMethodsAreProblemsWithAdvice() throws Exception {
    assertThat(rig.get("/nothing").statusCode()).isEqualTo(404);
    assertThat(rig.get("/nothing").body()).contains("\"status\":404", "\"advice\":");
    HttpResponse<String> wrong = rig.send("DELETE", "/things/x", null);
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(wrong.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @ParameterizedTest
  @CsvSource({
    "/things/ana,ana",
    "/things/a%2Fb,a/b",
    "/things/%C3%A4,ä",
    "/things/%FF,\\xFF",
    "/things/a+b,a+b"
  })
  void parametersOfThePathAreOctets(String path, String name) throws Exception {
    assertThat(rig.get(path).body())
        .isEqualTo("{\"name\":\"" + name.replace("\\", "\\\\") + "\",\"limit\":100}");
  }

  @Test
  void segmentThatIsWrittenOutGoesBeforeAParameter() throws Exception {
    assertThat(rig.get("/things/kill").body()).isEqualTo("literal");
  }

  @ParameterizedTest
  @CsvSource({
    "/things/x?limit=1000,200",
    "/things/x?limit=0,400",
    "/things/x?limit=1001,400",
    "/things/x?limit=ten,400",
    "/things/x?limit=1&limit=1,400",
    "/things/x?unknown=1,400",
    "/things/%zz,400",
    "/things/%,400",
    "/things/..,400",
    "/things/%2e%2E,400",
    "/things/,404"
  })
  void whatIsWrongWithATargetIsTold(String target, int status) throws Exception {
    assertThat(rig.raw(HttpRig.head("GET " + target + " HTTP/1.1") + "Connection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"name\":\"x\",\"ids\":[1,2]}|201|[1, 2]",
        "{\"name\":\"x\",\"idz\":[1]}|400|idz: is no field",
        "{\"name\":1}|400|name: is no text",
        "{\"name\":null}|400|name: is missing",
        "{\"name\":\"x\",\"ids\":[\"1\"]}|400|ids: has an item",
        "{\"name\":\"x\",\"name\":\"y\"}|400|no JSON",
        "{\"name\":\"x\"|400|no JSON",
        "[]|400|no JSON object",
        "{} {}|400|follows",
        "{\"ids\":[[[[[[[[[[[1]]]]]]]]]]]}|400|no JSON",
        "{\"ids\":[99999999999999999999]}|400|too great"
      })
  void bodyIsOneJsonObjectOfKnownFields(String json, int status, String part) throws Exception {
    HttpResponse<String> response = rig.send("POST", "/things", json);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.body()).contains(part);
  }

  @Test
  void bodyThatIsNotDeclaredAsJsonIsRefused() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
      assertThat(rig.send("POST", "/things", "{}", "Content-Type", type).statusCode())
          .isEqualTo(415);
    }
    assertThat(
            rig.send(
                    "POST",
                    "/things",
                    "{\"name\":\"x\"}",
                    "Content-Type",
                    "Application/JSON; charset=utf-8")
                .statusCode())
        .isEqualTo(201);
  }

  @Test
  void aBugIsCountedAndToldWithoutDetails() throws Exception {
    HttpResponse<String> response = rig.get("/bug");
    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).doesNotContain("of the test");
    assertThat(rig.server.count(Counter.BUGS)).isEqualTo(1);
  }

  @Test
  void headHasTheHeadersAloneAndTheConnectionGoesOn() throws Exception {
    String answers =
        rig.raw(
            HttpRig.head("HEAD /long HTTP/1.1")
                + "\r\n"
                + HttpRig.head("GET /livez HTTP/1.1")
                + "Connection: close\r\n\r\n");
    assertThat(answers.toLowerCase(java.util.Locale.ROOT)).contains("content-length: 3000000");
    assertThat(answers).endsWith("\r\n\r\nok\n").hasSizeLessThan(4_000);
  }

  @Test
  void longResponsesArriveWhole() throws Exception {
    assertThat(rig.get("/long").body()).hasSize(3_000_000);
  }

  @Test
  void requestsThatCameTogetherAreAnsweredInOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      requests.append(HttpRig.head("GET /things/n" + i + " HTTP/1.1")).append("\r\n");
    }
    requests.append(HttpRig.head("GET /livez HTTP/1.1")).append("Connection: close\r\n\r\n");
    String answers = rig.raw(requests.toString());
    int at = 0;
    for (int i = 0; i < 50; i++) {
      at = answers.indexOf("\"n" + i + "\"", at);
      assertThat(at).isPositive();
    }
  }

  @Test
  void whoEndsItsStreamBehindARequestIsAnswered() throws Exception {
    try (Socket client = rig.connect()) {
      client
          .getOutputStream()
          .write(
              (HttpRig.head("GET /livez HTTP/1.1") + "\r\n").getBytes(StandardCharsets.US_ASCII));
      client.shutdownOutput();
      assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .endsWith("ok\n");
    }
  }

  @Test
  void oldClientsAreServedOneRequest() throws Exception {
    assertThat(rig.raw("GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n")).endsWith("\r\n\r\nok\n");
  }

  @Test
  void whoAsksWhetherToSendABodyIsTold() throws Exception {
    String answer =
        rig.raw(
            HttpRig.head("POST /things HTTP/1.1")
                + "Content-Type: application/json\r\nContent-Length: 12\r\nExpect: 100-continue\r\n"
                + "Connection: close\r\n\r\n{\"name\":\"x\"}");
    assertThat(answer).startsWith("HTTP/1.1 100 Continue\r\n\r\n").contains("HTTP/1.1 201 ");
  }
}
