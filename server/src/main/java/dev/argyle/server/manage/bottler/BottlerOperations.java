package dev.argyle.server.manage.bottler;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.Metrics;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.Result;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerRequest;
import dev.argyle.wire.bottler.BottlerResponse;
import dev.argyle.wire.bottler.BottlerStatus;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a command to an operation and back. Immutable; may block. */
final class BottlerOperations {

  private static final Logger LOG = LoggerFactory.getLogger(BottlerOperations.class);

  private final ProxyControl control;

  BottlerOperations(ProxyControl control) {
    this.control = control;
  }

  /** Never fails. */
  BottlerResponse response(BottlerRequest request, Actor actor) {
    try {
      return switch (request) {
        case BottlerRequest.Plain plain -> plain(plain, actor);
        case BottlerRequest.ListUsers(long page) -> page(page, actor);
        case BottlerRequest.LastConnection(UserName name) -> lastConnection(name, actor);
        case BottlerRequest.SetBufferSize(long octets) ->
            response(control.setBufferSize(actor, octets));
        case BottlerRequest.SetTimeout(long seconds) ->
            response(control.setIdleTimeout(actor, seconds));
        case BottlerRequest.RenameUser(UserName name, UserName newName) ->
            response(control.renameUser(actor, name, newName));
        case BottlerRequest.SetPassword(UserName name, Password password) ->
            response(control.setPassword(actor, name, password.value()));
        case BottlerRequest.AddUser(UserName name, Password password) ->
            added(control.addUser(actor, name, password.value()));
        case BottlerRequest.DeleteUser(UserName name) -> response(control.removeUser(actor, name));
        case BottlerRequest.SetDissector(boolean on) ->
            response(control.switchDissectors(actor, on));
        case BottlerRequest.SetAuthentication(boolean on) ->
            response(control.switchAuthentication(actor, on));
        case BottlerRequest.SetRunning(boolean on) ->
            response(on ? control.start(actor) : control.stop(actor));
      };
    } catch (RuntimeException | Error failed) {
      LOG.error("Bottler: command {} failed", request.command(), failed);
      return new BottlerResponse.Failure(BottlerStatus.SERVER_ERROR);
    }
  }

  private BottlerResponse plain(BottlerRequest.Plain plain, Actor actor) {
    return switch (plain) {
      case GET_METRICS -> metrics(control.metrics(actor));
      case GET_BUFFER_SIZE -> new BottlerResponse.Value(control.settings(actor).bufferOctets());
      case GET_TIMEOUT -> new BottlerResponse.Value(control.settings(actor).idleSeconds());
      case GET_USER_PAGES -> new BottlerResponse.Value(control.userPages(actor, OCTETS, NAMES));
      case GET_DISSECTOR_STATUS -> new BottlerResponse.Status(control.settings(actor).dissectors());
      case GET_AUTHENTICATION_STATUS ->
          new BottlerResponse.Status(control.settings(actor).authentication());
      case GET_SERVER_STATUS -> new BottlerResponse.Status(!control.listening(actor).isEmpty());
      case RESET -> response(control.reset(actor));
    };
  }

  private static final int OCTETS = BottlerResponse.Users.MAX_NAMES_OCTETS;
  private static final int NAMES = BottlerResponse.Users.MAX_USERS;

  private static BottlerResponse metrics(Metrics metrics) {
    return new BottlerResponse.Metrics(
        metrics.accepted(),
        metrics.open(),
        metrics.octets(),
        metrics.mostOpen(),
        metrics.authenticationAttempts(),
        metrics.requests());
  }

  private BottlerResponse page(long page, Actor actor) {
    List<UserName> users = control.userPage(actor, page, OCTETS, NAMES);
    return users == null
        ? new BottlerResponse.Failure(BottlerStatus.OUT_OF_RANGE)
        : new BottlerResponse.Users(users);
  }

  private BottlerResponse lastConnection(UserName name, Actor actor) {
    OptionalLong millis = control.lastConnection(actor, name);
    return millis.isEmpty()
        ? new BottlerResponse.Failure(BottlerStatus.NO_SUCH_USER)
        : new BottlerResponse.LastConnection(millis.getAsLong());
  }

  /** A retry of what was done is done. */
  private static BottlerResponse added(Result result) {
    return result instanceof Result.UserExists(boolean samePassword) && samePassword
        ? new BottlerResponse.Done()
        : response(result);
  }

  private static BottlerResponse response(Result result) {
    return switch (result) {
      case Result.Done() -> new BottlerResponse.Done();
      case Result.UserExists _ -> new BottlerResponse.Failure(BottlerStatus.USER_EXISTS);
      case Result.NoSuchUser _ -> new BottlerResponse.Failure(BottlerStatus.NO_SUCH_USER);
      case Result.UserLimitReached _ ->
          new BottlerResponse.Failure(BottlerStatus.USER_LIMIT_REACHED);
      case Result.OutOfRange _ -> new BottlerResponse.Failure(BottlerStatus.OUT_OF_RANGE);
      case Result.NotAllowed _, Result.NoSuchConnection _, Result.NoSuchPenalty _ ->
          new BottlerResponse.Failure(BottlerStatus.NOT_ALLOWED);
      case Result.Failed _ -> new BottlerResponse.Failure(BottlerStatus.SERVER_ERROR);
    };
  }
}
