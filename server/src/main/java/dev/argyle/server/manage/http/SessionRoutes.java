package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/session}: logging in with a form, who that was, and logging out. */
final class SessionRoutes {

  private static final String PATH = "/api/v1/session";

  private final Logins logins;
  private final Sessions sessions;

  private SessionRoutes(Logins logins, Sessions sessions) {
    this.logins = logins;
    this.sessions = sessions;
  }

  static List<Route> of(Logins logins, Sessions sessions) {
    SessionRoutes routes = new SessionRoutes(logins, sessions);
    return List.of(
        Route.post(PATH).open().answers(routes::login),
        Route.get(PATH).answers(SessionRoutes::show),
        Route.delete(PATH).answers(routes::logout));
  }

  /** Whatever cookie was shown: a new identifier, so that nobody can have planted it before. */
  private Response login(Request request) {
    Fields fields = request.fields(Set.of("name", "password"));
    Credentials shown =
        Credentials.of(fields.requiredText("name"), fields.requiredText("password"));
    Received received = request.received();
    Actor actor = logins.verify(received, shown, request.caller().pending());
    if (actor == null) {
      return Problem.unauthenticated(
              "the name or the password is wrong", "try again, or ask another administrator")
          .response()
          .with("Connection", "close"); // to be asked for admission again, as everywhere
    }
    endShown(received);
    Sessions.Made made = sessions.begin(actor);
    return response(actor, made.session())
        .with("Set-Cookie", SessionCookie.set(made.identifier(), received.secure()));
  }

  private void endShown(Received received) {
    String before = SessionCookie.read(received.headers());
    if (before != null) {
      sessions.endOf(before);
    }
  }

  private static Response show(Request request) {
    return response(request.actor(), request.caller().session());
  }

  private Response logout(Request request) {
    endShown(request.received());
    return Response.noContent()
        .with("Set-Cookie", SessionCookie.removed(request.received().secure()));
  }

  private static Response response(Actor actor, @Nullable Session session) {
    return Response.json(
        json -> {
          json.writeStringField("name", actor.name());
          json.writeStringField("role", Roles.of(actor));
          json.writeStringField("csrf", session == null ? null : session.csrf());
        });
  }
}
