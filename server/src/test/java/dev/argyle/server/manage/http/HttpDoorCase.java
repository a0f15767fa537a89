package dev.argyle.server.manage.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.control.ManagedServer;
import dev.argyle.server.control.Operation;
import dev.argyle.server.manage.http.api.StatusRoutes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What plays of the door share: a server of a few routes, one of which is a stream of events. */
abstract class HttpDoorCase {

  @TempDir Path data;
  HttpRig rig;
  final BlockingQueue<EventStream> streams = new LinkedBlockingQueue<>();

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, this::routes);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  List<Route> routes(ManagedServer server) {
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        StatusRoutes.of(
            server.control(), Map::of, "1.2.3", _ -> {}, server.telemetry().counters(), 1024));
    routes.add(
        Route.get("/things/{name}")
            .query("limit", "q")
            .answers(
                request ->
                    Response.json(
                        json -> {
                          json.writeStringField("name", request.userName("name").escaped());
                          json.writeNumberField("limit", request.query().limit());
                        })));
    routes.add(Route.get("/things/kill").answers(_ -> Response.text("text/plain", "literal")));
    routes.add(
        Route.post("/things")
            .needs(Operation.ADD_USER)
            .answers(
                request -> {
                  Fields fields = request.fields(Set.of("name", "ids"));
                  return Response.created(
                      "/things/" + fields.requiredText("name"),
                      json -> json.writeStringField("ids", String.valueOf(fields.numbers("ids"))));
                }));
    routes.add(Route.get("/long").answers(_ -> Response.text("text/plain", "x".repeat(3_000_000))));
    routes.add(
        Route.get("/bug")
            .answers(
                _ -> {
                  throw new IllegalStateException("of the test");
                }));
    routes.add(Route.get("/events").answers(_ -> Response.events(streams::add)));
    return routes;
  }

  EventStream streaming() throws InterruptedException {
    EventStream stream = streams.poll(30, TimeUnit.SECONDS);
    assertThat(stream).isNotNull();
    return stream;
  }
}
