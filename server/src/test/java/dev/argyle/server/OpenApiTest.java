package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.events.EventHub;
import dev.argyle.server.manage.events.Users;
import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.manage.http.api.JsonSchema;
import dev.argyle.server.manage.http.api.OpenApiRoutes;
import dev.argyle.server.manage.http.api.ReadJson;
import dev.argyle.server.manage.http.metrics.MetricsPage;
import dev.argyle.server.telemetry.Counter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code openapi.json} describes what is served: every operation of it is asked of a running door,
 * and every answer is compared with its schema, in which every field is named.
 */
@Timeout(180)
@Tag("play")
class OpenApiTest {

  private static final Map<String, @Nullable Object> DOCUMENT =
      ReadJson.object(OpenApiRoutes.document());

  /** A request to an operation, in the order in which they are made. */
  private record Example(String method, String path, @Nullable String body) {}

  private static final Map<String, Example> EXAMPLES = new LinkedHashMap<>();

  private static void example(String operation, String path) {
    example(operation, path, null);
  }

  private static void example(String operation, String path, @Nullable String body) {
    String method = operation.substring(0, operation.indexOf(' ')).toUpperCase(Locale.ROOT);
    EXAMPLES.put(operation, new Example(method, path, body));
  }

  static {
    String api = "/api/v1";
    example("get /api/v1/status", api + "/status");
    example("get /api/v1/users", api + "/users?name=a&limit=5");
    example(
        "post /api/v1/users",
        api + "/users",
        "{\"name\":\"ben\",\"password\":\"x\",\"admin\":true}");
    example("get /api/v1/users/{name}", api + "/users/ana");
    example("patch /api/v1/users/{name}", api + "/users/ana", "{\"enabled\":false,\"admin\":true}");
    example("delete /api/v1/users/{name}", api + "/users/ben");
    example(
        "get /api/v1/connections",
        api
            + "/connections?user=ana&client=127.0.0.0/8&destination=*.example.org&port=80&rule=3"
            + "&command=connect&minOctets=1&minDurationSeconds=0&minIdleSeconds=0&q=example&limit=10");
    example("get /api/v1/connections/{id}", api + "/connections/1");
    example("delete /api/v1/connections/{id}", api + "/connections/1");
    example(
        "post /api/v1/connections/kill",
        api + "/connections/kill",
        "{\"filter\":{\"user\":\"ana\"},\"upTo\":7}");
    example(
        "get /api/v1/history",
        api
            + "/history?from=2020-01-01&to=2100-01-01&user=ana&client=192.0.2.0/24"
            + "&destination=*.example.com&port=443&rule=&reply=0&reason=done&command=connect"
            + "&minOctets=1&minDurationSeconds=0&limit=10");
    example("get /api/v1/usage", api + "/usage?user=ana&from=2020-01-01&to=2100-01-01&limit=10");
    example("delete /api/v1/history", api + "/history?user=ana");
    example("get /api/v1/rules", api + "/rules?limit=2");
    example(
        "get /api/v1/explain",
        api + "/explain?user=ana&from=192.0.2.1&command=udp&to=192.0.2.9:53");
    example("get /api/v1/penalties", api + "/penalties?limit=10");
    example("delete /api/v1/penalties/{source}", api + "/penalties/192.0.2.1");
    example("get /api/v1/malformed", api + "/malformed?limit=10");
    example("get /api/v1/changes", api + "/changes?limit=10");
    example("get /api/v1/settings", api + "/settings");
    example(
        "patch /api/v1/settings",
        api + "/settings",
        "{\"idleTimeoutSeconds\":60,\"dissectors\":true}");
    for (String word : new String[] {"stop", "start", "drain", "reset"}) {
      example("post /api/v1/server/" + word, api + "/server/" + word);
    }
    example("get /openapi.json", "/openapi.json");
    example("get /metrics", "/metrics");
    example("get /livez", "/livez");
    example("get /readyz", "/readyz");
    example(
        "post /api/v1/session",
        api + "/session",
        "{\"name\":\"admin\",\"password\":\"" + ManagedServer.PASSWORD + "\"}");
    example("get /api/v1/session", api + "/session");
    example("delete /api/v1/session", api + "/session");
  }

  @TempDir Path data;

  private static List<Route> routes(ManagedServer server) {
    return HttpResources.of(
        server.control(),
        Map::of,
        () -> new MetricsPage(server.telemetry().counters(), _ -> 0, Map::of, List::of),
        server.telemetry(),
        new Users(() -> 2, () -> 0),
        new EventHub(server.telemetry(), new Users(() -> 2, () -> 0), 1024),
        1024);
  }

  private static Map<String, @Nullable Object> paths() {
    return ReadJson.asObject(DOCUMENT.get("paths"));
  }

  private static Map<String, @Nullable Object> operation(String name) {
    String[] words = name.split(" ", -1);
    return ReadJson.asObject(ReadJson.asObject(paths().get(words[1])).get(words[0]));
  }

  private static Set<String> described() {
    Set<String> described = new TreeSet<>();
    paths()
        .forEach(
            (path, item) ->
                ReadJson.asObject(item)
                    .keySet()
                    .forEach(method -> described.add(method + " " + path)));
    return described;
  }

  /** Those of the door itself; {@code HttpDoorTest} and {@code SessionsTest} have them. */
  private static final Set<String> OF_THE_DOOR =
      Set.of(
          "get /api/v1/session",
          "post /api/v1/session",
          "delete /api/v1/session",
          "get /livez",
          "get /readyz");

  @Test
  void everyOperationThatIsServedIsDescribedWithItsParametersAndNoOther() throws Exception {
    try (ManagedServer server = new ManagedServer(data)) {
      Map<String, Set<String>> served = new TreeMap<>();
      for (Route route : routes(server)) {
        served.put(
            route.method().toLowerCase(Locale.ROOT) + " " + route.template(),
            new TreeSet<>(route.query()));
      }
      Map<String, Set<String>> described = new TreeMap<>();
      for (String name : described()) {
        if (!OF_THE_DOOR.contains(name)) {
          described.put(name, parameters(operation(name), "query"));
        }
      }
      assertThat(described).isEqualTo(served);
      assertThat(described()).containsAll(OF_THE_DOOR);
    }
  }

  private static Set<String> parameters(Map<String, @Nullable Object> operation, String where) {
    Set<String> names = new TreeSet<>();
    if (operation.get("parameters") != null) {
      for (Map<String, @Nullable Object> parameter :
          ReadJson.objects(operation.get("parameters"))) {
        if (where.equals(parameter.get("in"))) {
          names.add(String.valueOf(parameter.get("name")));
        }
      }
    }
    return names;
  }

  @Test
  void everyOperationThatIsDescribedAnswersAsItsSchemaSays() throws Exception {
    Set<String> missing = new TreeSet<>(described());
    missing.removeAll(EXAMPLES.keySet());
    missing.removeIf(name -> name.equals("get /api/v1/events")); // OpenApiEventsTest
    assertThat(missing).as("operations without an example in this test").isEmpty();
    List<String> mistakes = new ArrayList<>();
    try (HttpRig rig = new HttpRig(new ManagedServer(data, configuration()), OpenApiTest::routes)) {
      rig.server.openConnection("ana", "www.example.org").addUp(5);
      rig.server.telemetry().counters().shared().increment(Counter.BUGS); // for a warning
      rig.server.malformedHandshake("GET /");
      rig.server.archive.start();
      rig.server.connectionEnds("ana", "www.example.com", 7);
      await().until(() -> rig.get("/api/v1/history").body().contains("www.example.com"));
      rig.server.penalise(InetAddress.ofLiteral("192.0.2.1"));
      rig.server.penalise(InetAddress.ofLiteral("192.0.2.2"));
      assertThat(rig.get("/api/v1/rules?limit=2").body()).contains("\"number\":1,");
      for (Map.Entry<String, Example> one : EXAMPLES.entrySet()) {
        ask(rig, one.getKey(), one.getValue(), mistakes);
      }
    }
    assertThat(mistakes).isEmpty();
  }

  /** With what answers would have nothing of without it: a rule, and a list. */
  private Path configuration() throws IOException {
    Path list = Files.writeString(data.resolve("bad.txt"), "bad.example\n");
    return Files.writeString(
        data.resolve("argyle.yaml"),
        """
        rules:
          - { allow: false, to: ["@bad"] }
        lists: { bad: { file: "%s", format: domains } }
        """
            .formatted(list));
  }

  /** The arrays of an answer that its schema would not be held against if they were empty. */
  private static final Map<String, List<String>> NEVER_EMPTY =
      Map.of("get /api/v1/status", List.of("lists", "warnings"));

  private static void ask(HttpRig rig, String name, Example example, List<String> mistakes)
      throws Exception {
    HttpResponse<String> answer = rig.send(example.method, example.path, example.body);
    Map<String, @Nullable Object> responses = ReadJson.asObject(operation(name).get("responses"));
    String status = String.valueOf(answer.statusCode());
    if (answer.statusCode() >= 300 || !responses.containsKey(status)) {
      mistakes.add(name + ": " + status + " " + answer.body());
      return;
    }
    Map<String, @Nullable Object> response = ReadJson.asObject(responses.get(status));
    if (response.get("content") == null) {
      if (!answer.body().isEmpty()) {
        mistakes.add(name + ": has a body");
      }
      return;
    }
    String type = answer.headers().firstValue("Content-Type").orElse("none");
    String plainType = type.split(";", -1)[0];
    Map<String, @Nullable Object> content = ReadJson.asObject(response.get("content"));
    if (!content.containsKey(plainType)) {
      mistakes.add(name + ": content type " + type);
    } else if (plainType.equals("application/json")) {
      Object schema = ReadJson.asObject(content.get(plainType)).get("schema");
      JsonSchema.mistakes(DOCUMENT, schema, ReadJson.value(answer.body()))
          .forEach(mistake -> mistakes.add(name + ": " + mistake));
      for (String field : NEVER_EMPTY.getOrDefault(name, List.of())) {
        if (ReadJson.objects(ReadJson.object(answer.body()).get(field)).isEmpty()) {
          mistakes.add(name + ": nothing in " + field + ", so its fields are not looked at");
        }
      }
    }
  }

  /** A field that is not in the schema is refused with the names of those that are. */
  @Test
  void everyFieldOfARequestIsDescribedAndNoOther() throws Exception {
    try (HttpRig rig = new HttpRig(data, OpenApiTest::routes)) {
      for (String name : described()) {
        Object body = operation(name).get("requestBody");
        if (body == null) {
          continue;
        }
        Example example = Objects.requireNonNull(EXAMPLES.get(name));
        HttpResponse<String> refused = rig.send(example.method, example.path, "{\"~\":1}");
        assertThat(refused.statusCode()).as(name).isEqualTo(400);
        String advice = String.valueOf(ReadJson.object(refused.body()).get("advice"));
        assertThat(advice).startsWith("use: ");
        assertThat(Set.of(advice.substring("use: ".length()).split(", ")))
            .as(name)
            .isEqualTo(properties(body));
      }
    }
  }

  private static Set<String> properties(Object body) {
    Map<String, @Nullable Object> content =
        ReadJson.asObject(ReadJson.asObject(body).get("content"));
    Map<String, @Nullable Object> schema =
        ReadJson.asObject(ReadJson.asObject(content.get("application/json")).get("schema"));
    String ref = String.valueOf(schema.get("$ref"));
    Map<String, @Nullable Object> schemas =
        ReadJson.asObject(ReadJson.asObject(DOCUMENT.get("components")).get("schemas"));
    Map<String, @Nullable Object> named =
        ReadJson.asObject(schemas.get(ref.substring(ref.lastIndexOf('/') + 1)));
    return new HashSet<>(ReadJson.asObject(named.get("properties")).keySet());
  }

  @Test
  void problemsAreAsTheirSchemaSays() throws Exception {
    Object schema = Map.of("$ref", "#/components/schemas/Problem");
    try (HttpRig rig = new HttpRig(data, OpenApiTest::routes)) {
      for (String path : new String[] {"/api/v1/users/nobody", "/api/v1/users?x=1", "/nowhere"}) {
        HttpResponse<String> answer = rig.get(path);
        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(JsonSchema.mistakes(DOCUMENT, schema, ReadJson.value(answer.body()))).isEmpty();
      }
    }
  }

  @Test
  void schemaRefusesAFieldThatIsNotDescribedAndMissesOneThatIs() {
    Object killed = Map.of("$ref", "#/components/schemas/Killed");
    assertThat(
            JsonSchema.mistakes(DOCUMENT, killed, ReadJson.value("{\"killed\":1,\"more\":true}")))
        .isEmpty();
    assertThat(
            JsonSchema.mistakes(
                DOCUMENT, killed, ReadJson.value("{\"killed\":1,\"more\":true,\"x\":1}")))
        .containsExactly("$.x: is not described");
    assertThat(JsonSchema.mistakes(DOCUMENT, killed, ReadJson.value("{\"killed\":\"1\"}")))
        .containsExactly(
            "$.killed: is no integer: 1", "$.more: is described as always there, and is not");
  }
}
