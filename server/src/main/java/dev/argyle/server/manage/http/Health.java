package dev.argyle.server.manage.http;

import java.util.List;
import java.util.function.BooleanSupplier;

/** Two pages for whoever watches the process; open to all, and as short as can be. */
final class Health {

  private static final String TEXT = "text/plain; charset=utf-8";

  private Health() {}

  /**
   * {@code /livez}: it runs and answers; {@code /readyz}: it takes clients.
   *
   * @param ready whether the SOCKS side listens
   */
  static List<Route> routes(BooleanSupplier ready) {
    return List.of(
        Route.get("/livez").open().answers(_ -> Response.text(TEXT, "ok\n")),
        Route.get("/readyz").open().answers(_ -> readiness(ready.getAsBoolean())));
  }

  private static Response readiness(boolean ready) {
    return ready
        ? Response.text(TEXT, "ready\n")
        : Problem.unavailable(
                "the SOCKS side is stopped, or the server is stopping",
                "start it with POST /api/v1/server/start, or use another server")
            .response();
  }
}
