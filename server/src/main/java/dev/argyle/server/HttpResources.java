package dev.argyle.server;

import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.manage.events.EventHub;
import dev.argyle.server.manage.events.EventRoutes;
import dev.argyle.server.manage.events.Figures;
import dev.argyle.server.manage.events.Users;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.manage.http.api.ConnectionRoutes;
import dev.argyle.server.manage.http.api.HistoryRoutes;
import dev.argyle.server.manage.http.api.OpenApiRoutes;
import dev.argyle.server.manage.http.api.RuleRoutes;
import dev.argyle.server.manage.http.api.SecurityRoutes;
import dev.argyle.server.manage.http.api.SettingsRoutes;
import dev.argyle.server.manage.http.api.StatusRoutes;
import dev.argyle.server.manage.http.api.UsageRoutes;
import dev.argyle.server.manage.http.api.UserRoutes;
import dev.argyle.server.manage.http.metrics.MetricsPage;
import dev.argyle.server.manage.http.metrics.MetricsRoute;
import dev.argyle.server.telemetry.Telemetry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Everything that the HTTP door serves; called once, with its first request. */
final class HttpResources {

  private HttpResources() {}

  /**
   * All routes.
   *
   * @param doors where the management doors listen, by the names of endpoints.json
   * @param metrics the page of {@code /metrics}, made with the first scrape
   * @param users for the status
   * @param events what {@code /events} tells
   * @param descriptors that this process may have
   */
  static List<Route> of(
      ProxyControl control,
      Supplier<Map<String, InetSocketAddress>> doors,
      Supplier<MetricsPage> metrics,
      Telemetry telemetry,
      Users users,
      EventHub events,
      int descriptors) {
    Figures figures = new Figures(telemetry, users, descriptors);
    List<Route> routes = new ArrayList<>();
    routes.addAll(
        StatusRoutes.of(
            control, doors, version(), figures::write, telemetry.counters(), descriptors));
    routes.addAll(EventRoutes.of(events));
    routes.addAll(HistoryRoutes.of(control.historyControl()));
    routes.addAll(UsageRoutes.of(control.historyControl()));
    routes.add(MetricsRoute.of(metrics));
    routes.addAll(UserRoutes.of(control));
    routes.addAll(ConnectionRoutes.of(control));
    routes.addAll(RuleRoutes.of(control));
    routes.addAll(SecurityRoutes.of(control));
    routes.addAll(SettingsRoutes.of(control));
    routes.addAll(OpenApiRoutes.of());
    return routes;
  }

  /** The version in the jar's manifest. */
  private static String version() {
    String version = ArgyleServer.class.getPackage().getImplementationVersion();
    return version == null ? "0 (not from a jar)" : version;
  }
}
