package dev.argyle.server.manage.http.api;

import dev.argyle.server.control.Result;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Request;
import org.jspecify.annotations.Nullable;

/** What became of a change, as the API says it; and changes on condition. */
final class Results {

  private Results() {}

  /** Throws the problem that a change came to, unless it is done. */
  static void done(Result result) {
    Problem problem = problem(result);
    if (problem != null) {
      throw problem.exception();
    }
  }

  /** Null: it is done. */
  static @Nullable Problem problem(Result result) {
    return switch (result) {
      case Result.Done() -> null;
      case Result.UserExists _ ->
          Problem.conflict("there is a user of this name", "choose another name");
      case Result.NoSuchUser() ->
          Problem.notFound("there is no user of this name", "list the users: GET /api/v1/users");
      case Result.NoSuchConnection() ->
          Problem.notFound(
              "no open connection has this number",
              "it has ended, or never was; see GET /api/v1/connections");
      case Result.NoSuchPenalty() ->
          Problem.notFound(
              "this source has no penalty", "it has expired; see GET /api/v1/penalties");
      case Result.UserLimitReached() ->
          Problem.conflict(
              "there are as many users as accounts.max-users allows",
              "remove users, or raise accounts.max-users and reload the configuration");
      case Result.NotAllowed(String reason, boolean ofSession) ->
          ofSession
              ? Problem.forbidden(reason, "log in again as an administrator")
              : Problem.conflict(reason, "see docs/http-api.md for what can be changed");
      case Result.OutOfRange(String reason) ->
          Problem.outOfRange(reason, "send a value within these bounds");
      case Result.Failed(String reason) -> Problem.failed(reason);
    };
  }

  /** The entity tag of what has this stamp. */
  static String etag(String stamp) {
    return '"' + stamp + '"';
  }

  /** Throws a problem if the client wants to change something that has another stamp by now. */
  static void requireMatch(Request request, String stamp) {
    String wanted = request.header("If-Match");
    if (wanted == null || wanted.strip().equals("*")) {
      return;
    }
    for (String tag : wanted.split(",", -1)) {
      if (tag.strip().equals(etag(stamp))) {
        return;
      }
    }
    throw Problem.changedMeanwhile(
            "it has changed since it was read: its ETag is " + etag(stamp),
            "read it again, and decide again")
        .exception();
  }
}
