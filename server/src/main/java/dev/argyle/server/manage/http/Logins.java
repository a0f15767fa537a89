package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.telemetry.Door;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who makes a request. Shared by threads. */
final class Logins {

  /** Whether somebody may come in. */
  sealed interface Outcome {
    /**
     * Somebody may.
     *
     * @param session whose cookie was shown; null: a password was
     */
    record In(Actor actor, @Nullable Session session) implements Outcome {}

    record Refused(Answer answer) implements Outcome {}
  }

  private static final String ADVICE =
      "send the name and password of an administrator (HTTP Basic), or log in with"
          + " POST /api/v1/session";

  /** What a page of ours repeats in each change that it makes by the cookie. */
  static final String CSRF_HEADER = "X-Argyle-CSRF";

  private final ProxyControl control;
  private final Sessions sessions;

  Logins(ProxyControl control, Sessions sessions) {
    this.control = control;
    this.sessions = sessions;
  }

  /**
   * Finds out who makes a request; waits for as long as a login takes.
   *
   * @param changes whether the request is one that changes something
   */
  Outcome login(Received received, boolean changes, Pending pending) {
    String authorization = received.headers().get("Authorization");
    if (authorization == null) {
      return bySession(received, changes);
    }
    Credentials shown = Credentials.read(authorization);
    if (shown == null) {
      return refused(received, "the Authorization header is not one of HTTP Basic", false);
    }
    Actor actor = verify(received, shown, pending);
    return actor == null
        ? refused(received, "the name or the password is wrong", true)
        : new Outcome.In(actor, null);
  }

  private Outcome bySession(Received received, boolean changes) {
    String identifier = SessionCookie.read(received.headers());
    if (identifier == null) {
      return refused(received, "this resource needs a login", false);
    }
    Session session = sessions.find(identifier);
    if (session == null) {
      return refused(received, "the session has ended", false);
    }
    if (changes && !hasToken(received, session)) {
      return new Outcome.Refused(
          new Answer(
              Problem.forbidden(
                      "the header " + CSRF_HEADER + " is missing or wrong",
                      "send what GET /api/v1/session tells as csrf")
                  .response(),
              false));
    }
    Actor actor = session.actor();
    return new Outcome.In(
        new Actor(
            actor.name(),
            actor.right(),
            actor.door(),
            received.client().getAddress(),
            actor.user()),
        session);
  }

  /** A page of another origin could make a browser send the cookie, but cannot read this. */
  private static boolean hasToken(Received received, Session session) {
    String shown = received.headers().get(CSRF_HEADER);
    return shown != null
        && MessageDigest.isEqual(
            shown.getBytes(StandardCharsets.UTF_8),
            session.csrf().getBytes(StandardCharsets.UTF_8));
  }

  /** Null: the name or the password is wrong. Waits for as long as a login takes. */
  @Nullable Actor verify(Received received, Credentials shown, Pending pending) {
    return pending.await(
        control.login(Door.HTTP, received.client(), shown.name(), shown.password()));
  }

  /** A browser that the dashboard runs in is not to ask for a password by itself. */
  private static Outcome refused(Received received, String why, boolean closes) {
    Response response = Problem.unauthenticated(why, ADVICE).response();
    if (!"argyle".equals(received.headers().get("X-Requested-With"))) {
      response = response.with("WWW-Authenticate", "Basic realm=\"argyle\", charset=\"UTF-8\"");
    }
    // Who has shown a wrong password must ask for admission again, as at the other doors.
    return new Outcome.Refused(new Answer(response, closes));
  }
}
