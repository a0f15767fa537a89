package dev.argyle.server.manage.http;

import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.admission.Shares;
import dev.argyle.server.control.Actor;
import dev.argyle.server.control.Operation;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Source;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out a request, from its head to its response: host, route, login, origin, right, query,
 * resource; the first that says no ends it. Shared by the virtual threads of all requests.
 */
final class Dispatch {

  /**
   * Requests that are carried out at once; logins that wait for a turn have one elsewhere. Fixed:
   * each costs a virtual thread, and its share of one database.
   */
  static final int MAX_UNDER_WAY = 64;

  /** Of one source, so that a script leaves half to the others. */
  static final int MAX_UNDER_WAY_OF_A_SOURCE = MAX_UNDER_WAY / 2;

  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  private final DoorServices services;
  private final OwnHosts hosts;
  private final Supplier<Routes> routes;
  private final Logins logins;
  private final Shares underWay = new Shares();

  Dispatch(DoorServices services, OwnHosts hosts, Supplier<Routes> routes, Logins logins) {
    this.services = services;
    this.hosts = hosts;
    this.routes = routes;
    this.logins = logins;
  }

  /** Answers it, whatever happens. May block. */
  Answer answer(Received received, Pending pending) {
    try {
      Target target = Target.read(received.target());
      hosts.check(received, target);
      return switch (routes.get().find(received.method(), target.segments())) {
        case Routes.Found.Matched(Route route, Map<String, byte[]> parameters) ->
            answer(received, target, route, parameters, pending);
        case Routes.Found.OtherMethods(var methods) -> {
          String allowed = String.join(", ", methods);
          Problem problem =
              Problem.methodNotAllowed(
                  "this resource has no such method", "use one of: " + allowed);
          yield refused(problem.response().with("Allow", allowed));
        }
        case Routes.Found.Nothing() ->
            refused(
                Problem.notFound(
                        "there is no such resource", "GET /openapi.json lists what there is")
                    .response());
      };
    } catch (CancellationException left) {
      return new Answer(Response.noContent(), true); // nobody is there to read it
    } catch (RuntimeException | Error failure) {
      return refused(response(failure));
    }
  }

  private static Answer refused(Response response) {
    return new Answer(response, false);
  }

  private Answer answer(
      Received received,
      Target target,
      Route route,
      Map<String, byte[]> parameters,
      Pending pending) {
    OwnHosts.checkOrigin(received, route.changes());
    if (route.access() == Route.Access.OPEN) {
      // Beside the others: who watches the process gets an answer, and who logs in may wait long.
      Caller nobody = new Caller(null, null, pending);
      return new Answer(respond(() -> answer(received, target, route, parameters, nobody)), false);
    }
    return switch (logins.login(received, route.changes(), pending)) {
      case Logins.Outcome.Refused(Answer answer) -> answer;
      case Logins.Outcome.In(Actor actor, @Nullable Session session) -> {
        Caller caller = new Caller(actor, session, pending);
        Response response =
            respond(
                () -> inTurn(received, () -> answer(received, target, route, parameters, caller)));
        yield new Answer(response, actor, session, false);
      }
    };
  }

  /** Whatever a resource throws, whoever has logged in has. */
  private Response respond(Supplier<Response> answer) {
    try {
      return answer.get();
    } catch (RuntimeException | Error failure) {
      return response(failure);
    }
  }

  private Response inTurn(Received received, Supplier<Response> answer) {
    Source source = Source.of(received.client().getAddress());
    if (underWay.take(source, MAX_UNDER_WAY, MAX_UNDER_WAY_OF_A_SOURCE) != Shares.Answer.GIVEN) {
      services.counters().increment(Counter.HTTP_REQUESTS_REFUSED);
      return busy();
    }
    try {
      return answer.get();
    } finally {
      underWay.leave(source);
    }
  }

  private Response answer(
      Received received,
      Target target,
      Route route,
      Map<String, byte[]> parameters,
      Caller caller) {
    checkRight(route, caller.actor());
    Query query = Query.of(target.query(), route.query());
    return route.resource().answer(new Request(received, target, parameters, query, caller));
  }

  /** Too much at once. */
  static Response busy() {
    return Problem.unavailable("too many requests are under way", "try again in a second")
        .response()
        .with("Retry-After", "1");
  }

  private void checkRight(Route route, @Nullable Actor actor) {
    Operation needed = route.needed();
    if (needed != null && (actor == null || !services.control().may(actor, needed))) {
      throw Problem.forbidden(
              "this account may look, but not do that", "log in as an administrator")
          .exception();
    }
  }

  private Response response(Throwable failure) {
    return switch (failure) {
      case ProblemException refused -> refused.problem().response();
      case CancellationException _ -> Response.noContent(); // nobody is there to read it
      case SecurityException _ ->
          Problem.forbidden("this account may not do that", "log in as an administrator")
              .response();
      case AccountStoreException unreadable -> {
        LOG.error("{}", unreadable.getMessage());
        yield Problem.unavailable("the accounts cannot be read", "read the server's log")
            .response();
      }
      default -> {
        services.counters().increment(Counter.BUGS);
        LOG.error("http door: a request failed; this is a bug in Argyle", failure);
        yield Problem.failed("the server could not answer; this is a bug in Argyle").response();
      }
    };
  }
}
