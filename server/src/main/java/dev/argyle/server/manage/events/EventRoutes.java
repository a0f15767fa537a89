package dev.argyle.server.manage.events;

import dev.argyle.server.control.Operation;
import dev.argyle.server.manage.http.EventStream;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import dev.argyle.wire.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /events}: what happens, as a stream. */
public final class EventRoutes {

  private static final String LAST_SEEN = "Last-Event-ID";

  private final EventHub hub;

  private EventRoutes(EventHub hub) {
    this.hub = hub;
  }

  /** The routes. */
  public static List<Route> of(EventHub hub) {
    EventRoutes routes = new EventRoutes(hub);
    return List.of(
        Route.get("/api/v1/events")
            .needs(Operation.LIST_CONNECTIONS)
            .query("connections")
            .answers(routes::listen));
  }

  private Response listen(Request request) {
    boolean connections = request.query().flag("connections", true);
    Long lastSeen = lastSeen(request.header(LAST_SEEN));
    Source source = Source.of(request.client().getAddress());
    String full = hub.refusal(source);
    if (full != null) {
      throw Problem.unavailable(full, "close one of them, or try again later").exception();
    }
    return Response.events(
        stream -> {
          EventHub.Answer answer = hub.listen(source, lastSeen, connections, sink(stream));
          if (answer instanceof EventHub.Answer.Accepted(Listener listener)) {
            stream.onEnd(listener::close);
          }
        });
  }

  /** Null: the client is new. */
  private static @Nullable Long lastSeen(@Nullable String header) {
    if (header == null || header.isEmpty()) {
      return null;
    }
    try {
      return Long.valueOf(header);
    } catch (NumberFormatException notOurs) {
      throw Problem.badRequest(
              LAST_SEEN + " is not a number", "send the id of the last event, or no such header")
          .exception();
    }
  }

  private static Sink sink(EventStream stream) {
    return new Sink() {
      @Override
      public boolean offer(byte[] octets) {
        return stream.offer(octets);
      }

      @Override
      public int waitingOctets() {
        return stream.waitingOctets();
      }

      @Override
      public boolean isOpen() {
        return stream.isOpen();
      }

      @Override
      public void close() {
        stream.close();
      }

      @Override
      public void close(byte[] last) {
        stream.close(last);
      }
    };
  }
}
