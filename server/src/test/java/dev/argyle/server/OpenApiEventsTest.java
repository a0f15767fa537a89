package dev.argyle.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.manage.events.EventHub;
import dev.argyle.server.manage.events.EventRoutes;
import dev.argyle.server.manage.events.Sink;
import dev.argyle.server.manage.events.Users;
import dev.argyle.server.manage.http.HttpRig;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.manage.http.api.JsonSchema;
import dev.argyle.server.manage.http.api.OpenApiRoutes;
import dev.argyle.server.manage.http.api.ReadJson;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code openapi.json} describes each message of the stream of events, and no other. */
@Timeout(120)
@Tag("play")
class OpenApiEventsTest {

  private static final String EVENTS = "/api/v1/events";

  private static final Map<String, @Nullable Object> DOCUMENT =
      ReadJson.object(OpenApiRoutes.document());

  private record Message(String id, String name, String data) {}

  @SuppressWarnings("NullAway.Init") // before each
  private HttpRig rig;

  @SuppressWarnings("NullAway.Init") // by the rig
  private EventHub hub;

  private final Set<String> seen = new TreeSet<>();

  @BeforeEach
  void open(@TempDir Path data) throws Exception {
    rig = new HttpRig(data, this::routes);
  }

  private List<Route> routes(ManagedServer server) {
    hub = new EventHub(server.telemetry(), new Users(() -> 1, () -> 0), 1_024);
    return EventRoutes.of(hub);
  }

  @AfterEach
  void close() {
    if (hub != null) {
      hub.close();
    }
    rig.close();
  }

  @Test
  void everyMessageIsAsItsSchemaSaysAndEverySchemaIsOfAMessage() throws Exception {
    LiveConnection known = rig.server.openConnection("ana", "www.example.org");
    try (BufferedReader in = stream()) {
      next(in, "totals");
      LiveConnection opened = rig.server.openConnection(null, "192.0.2.9");
      known.addUp(5);
      Map<String, @Nullable Object> change = next(in, "connections");
      assertThat(ReadJson.objects(change.get("opened"))).hasSize(1);
      rig.server.telemetry().ended(opened, Ending.of(EndReason.KILLED), System.currentTimeMillis());
      do {
        change = next(in, "connections");
      } while (ReadJson.objects(change.get("ended")).isEmpty());
      known.addDown(7);
      do {
        change = next(in, "connections");
      } while (((List<?>) Objects.requireNonNull(change.get("moved"))).isEmpty());
    }
    try (BufferedReader in = stream("Last-Event-ID", "7")) {
      next(in, "gap");
    }
    checked(refusedListener());
    assertThat(seen).isEqualTo(described().keySet());
  }

  @Test
  void theHeaderThatResumesIsDescribed() {
    assertThat(ReadJson.objects(operation().get("parameters")))
        .filteredOn(parameter -> "header".equals(parameter.get("in")))
        .extracting(parameter -> parameter.get("name"))
        .containsExactly("Last-Event-ID");
  }

  private BufferedReader stream(String... headers) throws Exception {
    HttpResponse<InputStream> response = rig.stream(EVENTS, headers);
    assertThat(response.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
  }

  /** The next message of that name; those before it are checked, too. */
  private Map<String, @Nullable Object> next(BufferedReader in, String name) throws IOException {
    while (true) {
      Message message = read(in);
      checked(message);
      if (message.name.equals(name)) {
        return ReadJson.object(message.data);
      }
    }
  }

  private static Message read(BufferedReader in) throws IOException {
    String id = "";
    String first = Objects.requireNonNull(in.readLine());
    if (first.startsWith("id: ")) {
      id = first.substring("id: ".length());
      first = Objects.requireNonNull(in.readLine());
    }
    String data = Objects.requireNonNull(in.readLine());
    assertThat(first).startsWith("event: ");
    assertThat(data).startsWith("data: ");
    assertThat(in.readLine()).isEmpty();
    return new Message(id, first.substring("event: ".length()), data.substring("data: ".length()));
  }

  private void checked(Message message) {
    seen.add(message.name);
    assertThat(message.id)
        .as("%s has an id, unless it is the last one", message.name)
        .matches(message.name.equals("dropped") ? "" : "[1-9][0-9]*");
    Map<String, @Nullable Object> event = ReadJson.asObject(described().get(message.name));
    assertThat(JsonSchema.mistakes(DOCUMENT, event.get("schema"), ReadJson.value(message.data)))
        .as("%s: %s", message.name, message.data)
        .isEmpty();
  }

  private static Map<String, @Nullable Object> operation() {
    Map<String, @Nullable Object> paths = ReadJson.asObject(DOCUMENT.get("paths"));
    return ReadJson.asObject(ReadJson.asObject(paths.get(EVENTS)).get("get"));
  }

  /** By name of the event. */
  private static Map<String, @Nullable Object> described() {
    Map<String, @Nullable Object> responses = ReadJson.asObject(operation().get("responses"));
    Map<String, @Nullable Object> content =
        ReadJson.asObject(ReadJson.asObject(responses.get("200")).get("content"));
    return ReadJson.asObject(ReadJson.asObject(content.get("text/event-stream")).get("x-events"));
  }

  /** What one listener too many of a source is sent: as one who does not read. */
  private Message refusedListener() throws IOException {
    Source source = Source.of(InetAddress.ofLiteral("192.0.2.7"));
    List<byte[]> last = new CopyOnWriteArrayList<>();
    for (int i = 0; i <= EventHub.LISTENERS_OF_A_SOURCE; i++) {
      hub.listen(source, null, false, new Deaf(last));
    }
    assertThat(last).hasSize(1);
    return read(new BufferedReader(new StringReader(new String(last.getFirst(), UTF_8))));
  }

  /** A client that is there and hears its last words alone. */
  private record Deaf(List<byte[]> last) implements Sink {
    @Override
    public boolean offer(byte[] octets) {
      return true;
    }

    @Override
    public int waitingOctets() {
      return 0;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}

    @Override
    public void close(byte[] octets) {
      last.add(octets);
    }
  }
}
