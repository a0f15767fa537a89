package dev.argyle.server.manage.bottler;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.Change;
import dev.argyle.server.control.Figures;
import dev.argyle.server.control.KnownUser;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerRequest;
import dev.argyle.wire.bottler.BottlerResponse;
import dev.argyle.wire.bottler.BottlerStatus;
import java.util.List;
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
        case BottlerRequest.ListUsers(long page) -> page(page);
        case BottlerRequest.LastConnection(UserName name) -> lastConnection(name);
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
      case GET_METRICS -> metrics(control.figures());
      case GET_BUFFER_SIZE -> new BottlerResponse.Value(control.settings().bufferOctets());
      case GET_TIMEOUT -> new BottlerResponse.Value(control.settings().idleSeconds());
      case GET_USER_PAGES -> new BottlerResponse.Value(control.userPages(OCTETS, NAMES));
      case GET_DISSECTOR_STATUS -> new BottlerResponse.Status(control.settings().dissectors());
      case GET_AUTHENTICATION_STATUS ->
          new BottlerResponse.Status(control.settings().authentication());
      case GET_SERVER_STATUS -> new BottlerResponse.Status(control.status().running());
      case RESET -> response(control.reset(actor));
    };
  }

  private static final int OCTETS = BottlerResponse.Users.MAX_NAMES_OCTETS;
  private static final int NAMES = BottlerResponse.Users.MAX_USERS;

  private static BottlerResponse metrics(Figures figures) {
    return new BottlerResponse.Metrics(
        figures.accepted(),
        figures.open(),
        figures.octets(),
        figures.mostOpen(),
        figures.authenticationAttempts(),
        figures.requests());
  }

  private BottlerResponse page(long page) {
    List<KnownUser> users = control.userPage(page, OCTETS, NAMES);
    return users == null
        ? new BottlerResponse.Failure(BottlerStatus.OUT_OF_RANGE)
        : new BottlerResponse.Users(users.stream().map(KnownUser::name).toList());
  }

  private BottlerResponse lastConnection(UserName name) {
    KnownUser user = control.user(name);
    return user == null
        ? new BottlerResponse.Failure(BottlerStatus.NO_SUCH_USER)
        : new BottlerResponse.LastConnection(user.lastConnectionMillis());
  }

  /** A retry of what was done is done. */
  private static BottlerResponse added(Change change) {
    return change instanceof Change.UserExists(boolean samePassword) && samePassword
        ? new BottlerResponse.Done()
        : response(change);
  }

  private static BottlerResponse response(Change change) {
    return switch (change) {
      case Change.Done() -> new BottlerResponse.Done();
      case Change.UserExists _ -> new BottlerResponse.Failure(BottlerStatus.USER_EXISTS);
      case Change.NoSuchUser _ -> new BottlerResponse.Failure(BottlerStatus.NO_SUCH_USER);
      case Change.UserLimitReached _ ->
          new BottlerResponse.Failure(BottlerStatus.USER_LIMIT_REACHED);
      case Change.OutOfRange _ -> new BottlerResponse.Failure(BottlerStatus.OUT_OF_RANGE);
      case Change.NotAllowed _, Change.NoSuchConnection _ ->
          new BottlerResponse.Failure(BottlerStatus.NOT_ALLOWED);
      case Change.Failed _ -> new BottlerResponse.Failure(BottlerStatus.SERVER_ERROR);
    };
  }
}
