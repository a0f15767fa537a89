package dev.argyle.server.manage.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.Telemetry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stream over the real door, with the hub's own thread. */
@Tag("unit")
@Timeout(60)
class EventRoutesTest {

  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");

  @SuppressWarnings("NullAway.Init") // before each
  private HttpRig rig;

  @SuppressWarnings("NullAway.Init") // by the rig
  private EventHub hub;

  @BeforeEach
  void open(@TempDir Path data) throws Exception {
    rig =
        new HttpRig(
            data,
            server -> {
              hub = new EventHub(server.telemetry, new Users(() -> 1, () -> 0), 1_024);
              return EventRoutes.of(hub);
            });
  }

  @AfterEach
  void close() throws Exception {
    if (hub != null) {
      hub.close();
    }
    rig.close();
  }

  private static BufferedReader reader(HttpResponse<InputStream> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
  }

  /** The next event of that name: its lines. */
  private static List<String> next(BufferedReader in, String name) throws IOException {
    while (true) {
      String id = Objects.requireNonNull(in.readLine());
      String event = id.startsWith("id: ") ? Objects.requireNonNull(in.readLine()) : id;
      String data = Objects.requireNonNull(in.readLine());
      assertThat(in.readLine()).isEmpty();
      if (event.equals("event: " + name)) {
        return List.of(id, event, data);
      }
    }
  }

  @Test
  void connectionsAreToldAsTheyOpenMoveAndEnd() throws Exception {
    HttpResponse<InputStream> response = rig.stream("/api/v1/events");
    assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
    try (BufferedReader in = reader(response)) {
      assertThat(next(in, "totals").get(2)).contains("\"rates\":{");
      Telemetry telemetry = rig.server.telemetry;
      LiveConnection one = telemetry.connections().open(CLIENT, 40_000, 0, _ -> {});
      assertThat(next(in, "connections").get(2)).contains("\"opened\":[{\"id\":" + one.id());
      one.addDown(5);
      assertThat(next(in, "connections").get(2)).contains("\"moved\":[[" + one.id() + ",0,5,");
    }
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> hub.listeners() == 0);
  }

  @Test
  void whoComesBackResumesAndWhoWantsTotalsAloneGetsThem() throws Exception {
    String last;
    try (BufferedReader in = reader(rig.stream("/api/v1/events?connections=false"))) {
      last = next(in, "totals").get(0).substring("id: ".length());
    }
    rig.server.telemetry.connections().open(CLIENT, 40_000, 0, _ -> {});
    try (BufferedReader in = reader(rig.stream("/api/v1/events", "Last-Event-ID", last))) {
      String id = next(in, "connections").get(0).substring("id: ".length());
      assertThat(Long.parseLong(id)).isGreaterThan(Long.parseLong(last));
    }
    try (BufferedReader in = reader(rig.stream("/api/v1/events", "Last-Event-ID", "7"))) {
      assertThat(next(in, "gap").get(2)).isEqualTo("data: {}");
    }
  }

  @Test
  void whatIsWrongIsSaid() throws Exception {
    HttpResponse<String> wrong = rig.send("GET", "/api/v1/events", null, "Last-Event-ID", "x");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("Last-Event-ID is not a number");
    assertThat(rig.get("/api/v1/events?connections=maybe").statusCode()).isEqualTo(400);
    assertThat(rig.anonymous("GET", "/api/v1/events", null).statusCode()).isEqualTo(401);
  }

  @Test
  void oneListenerTooManyOfASourceIsRefused() throws Exception {
    try (BufferedReader first = reader(rig.stream("/api/v1/events"))) {
      assertThat(next(first, "totals")).hasSize(3);
      for (int i = hub.listeners(); i < EventHub.LISTENERS_OF_A_SOURCE; i++) {
        EventHub.Answer answer =
            hub.listen(
                dev.argyle.wire.Source.of(InetAddress.ofLiteral("127.0.0.1")),
                null,
                false,
                new HubCase.Client());
        assertThat(answer).isInstanceOf(EventHub.Answer.Accepted.class);
      }
      HttpResponse<String> refused = rig.get("/api/v1/events");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).contains("64 clients of this address listen already");
    }
  }
}
