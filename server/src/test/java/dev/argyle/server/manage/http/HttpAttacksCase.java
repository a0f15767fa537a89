package dev.argyle.server.manage.http;

import dev.argyle.server.control.ManagedServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What attacks share: a door with a route that changes something, one that takes long, and little
 * patience.
 */
abstract class HttpAttacksCase {

  /** Less patience than the real one, so that a test need not wait for it. */
  static final HttpServices.Times SHORT =
      new HttpServices.Times(
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofMillis(600),
          Duration.ofMillis(300));

  @TempDir Path data;
  HttpRig rig;
  final AtomicInteger changed = new AtomicInteger();
  final CountDownLatch released = new CountDownLatch(1);

  @BeforeEach
  void open() throws Exception {
    rig = new HttpRig(data, this::routes);
  }

  @AfterEach
  void close() {
    released.countDown();
    rig.close();
  }

  List<Route> routes(ManagedServer server) {
    return List.of(
        Route.get("/thing").answers(_ -> Response.text("text/plain", "secret")),
        Route.get("/events").answers(_ -> Response.events(_ -> {})),
        Route.get("/slow")
            .answers(
                _ -> {
                  try {
                    released.await();
                  } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                  }
                  return Response.noContent();
                }),
        Route.post("/thing")
            .answers(
                request -> {
                  request.fields(Set.of("a"));
                  changed.incrementAndGet();
                  return Response.noContent();
                }));
  }
}
