package dev.argyle.server.manage.http.api;

import dev.argyle.server.control.ConnectionControl;
import dev.argyle.server.control.ConnectionEntry;
import dev.argyle.server.control.ConnectionFilter;
import dev.argyle.server.control.Killed;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.Page;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.Result;
import dev.argyle.server.manage.http.Fields;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import java.util.List;
import java.util.Set;

/** {@code /connections}: what is open, searched and ended. */
public final class ConnectionRoutes {

  private static final String CONNECTIONS = "/api/v1/connections";

  private final ProxyControl control;
  private final ConnectionControl connections;

  private ConnectionRoutes(ProxyControl control) {
    this.control = control;
    this.connections = control.connectionControl();
  }

  public static List<Route> of(ProxyControl control) {
    ConnectionRoutes routes = new ConnectionRoutes(control);
    String one = CONNECTIONS + "/{id}";
    return List.of(
        Route.get(CONNECTIONS)
            .needs(Operation.LIST_CONNECTIONS)
            .query(FilterReading.KEYS.toArray(String[]::new))
            .query("cursor", "limit")
            .answers(routes::list),
        Route.get(one).needs(Operation.LIST_CONNECTIONS).answers(routes::read),
        Route.delete(one).needs(Operation.KILL).answers(routes::end),
        Route.post(CONNECTIONS + "/kill").needs(Operation.KILL).answers(routes::endMany));
  }

  private Response list(Request request) {
    Page<ConnectionEntry, Long> page =
        connections.page(
            request.actor(),
            FilterReading.of(request.query()),
            Cursor.CONNECTIONS.number(request, 0),
            request.query().limit());
    return Items.page(page, Cursor.CONNECTIONS::text, ConnectionJson::open);
  }

  private Response read(Request request) {
    ConnectionEntry entry = connections.find(request.actor(), id(request));
    if (entry == null) {
      throw notOpen();
    }
    return Response.json(json -> ConnectionJson.open(entry, json));
  }

  private static RuntimeException notOpen() {
    Problem problem = Results.problem(new Result.NoSuchConnection());
    return (problem == null ? Problem.failed("no problem") : problem).exception();
  }

  /** What is no number is no connection's either. */
  private static long id(Request request) {
    try {
      return Long.parseLong(request.parameter("id"));
    } catch (NumberFormatException none) {
      throw notOpen();
    }
  }

  private Response end(Request request) {
    Results.done(control.kill(request.actor(), id(request)));
    return Response.noContent();
  }

  private Response endMany(Request request) {
    Fields fields = request.fields(Set.of("ids", "filter", "upTo"));
    List<Long> ids = fields.numbers("ids");
    Fields filter = fields.object("filter", FilterReading.KEYS);
    Killed killed;
    if (ids != null && filter == null) {
      killed = ofIds(request, ids);
    } else if (filter != null && ids == null) {
      killed = matching(request, fields, FilterReading.of(filter));
    } else {
      throw Problem.badRequest(
              "a kill names ids or a filter, and not both",
              "send {\"ids\":[7,8]} or {\"filter\":{\"user\":\"ana\"}}; an empty filter means all")
          .exception();
    }
    Results.done(killed.result());
    return Response.json(
        json -> {
          json.writeNumberField("killed", killed.count());
          json.writeBooleanField("more", killed.more());
        });
  }

  private Killed ofIds(Request request, List<Long> ids) {
    if (ids.size() > ConnectionControl.KILLED_AT_ONCE) {
      throw Problem.invalidField(
              "ids",
              "has more than " + ConnectionControl.KILLED_AT_ONCE + " numbers",
              "send them in several requests, or a filter")
          .exception();
    }
    return connections.kill(request.actor(), ids);
  }

  private Killed matching(Request request, Fields fields, ConnectionFilter filter) {
    Long upTo = fields.number("upTo");
    return connections.kill(request.actor(), filter, upTo == null ? Long.MAX_VALUE : upTo);
  }
}
