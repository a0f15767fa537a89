package dev.argyle.server.manage.http.metrics;

import dev.argyle.server.control.Operation;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /metrics}, for administrators and viewers. Safe for any thread. */
public final class MetricsRoute {

  private final Supplier<MetricsPage> making;
  private volatile @Nullable MetricsPage page;

  private MetricsRoute(Supplier<MetricsPage> making) {
    this.making = making;
  }

  /**
   * The route.
   *
   * @param page makes the page, when somebody asks for it first
   */
  public static Route of(Supplier<MetricsPage> page) {
    MetricsRoute metrics = new MetricsRoute(page);
    return Route.get("/metrics").needs(Operation.COUNTERS).answers(metrics::answer);
  }

  private Response answer(Request request) {
    MetricsPage.Rendered rendered = page().render(request.header("Accept"));
    return new Response.Whole(200, rendered.contentType(), rendered.octets(), Map.of());
  }

  private MetricsPage page() {
    MetricsPage made = page;
    if (made == null) { // two at once make two, and one is forgotten
      made = making.get();
      page = made;
    }
    return made;
  }
}
