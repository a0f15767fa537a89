package dev.argyle.server.manage.mass;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.Change;
import dev.argyle.server.control.Figures;
import dev.argyle.server.control.KnownUser;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.mass.MassIndex;
import dev.argyle.wire.mass.MassReply;
import dev.argyle.wire.mass.MassRequest;
import dev.argyle.wire.mass.MassStatus;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From an index to an operation and back. Immutable; may block. */
final class MassOperations {

  private static final Logger LOG = LoggerFactory.getLogger(MassOperations.class);

  private final ProxyControl control;
  private final ByteOrder counters;

  MassOperations(ProxyControl control, ByteOrder counters) {
    this.control = control;
    this.counters = counters;
  }

  /** What an index means. */
  static Operation operation(MassIndex index) {
    return switch (index) {
      case INDEXES,
          HISTORIC_CONNECTIONS,
          CONCURRENT_CONNECTIONS,
          MAX_CONCURRENT_CONNECTIONS,
          HISTORIC_OCTETS,
          AUTHENTICATION_ATTEMPTS,
          CONNECTION_ATTEMPTS,
          AVERAGE_OCTETS_PER_READ,
          AVERAGE_OCTETS_PER_WRITE ->
          Operation.COUNTERS;
      case ACTIVE_USERS -> Operation.LIST_USERS;
      case ADD_USER -> Operation.ADD_USER;
      case DELETE_USER -> Operation.REMOVE_USER;
      case DISABLE_AUTHENTICATION -> Operation.SWITCH_AUTHENTICATION;
      case DISABLE_DISSECTORS -> Operation.SWITCH_DISSECTORS;
    };
  }

  /** Never fails. */
  MassReply reply(MassRequest request, Actor actor) {
    if (!actor.may(operation(request.index()))) {
      return new MassReply.Failure(MassStatus.INDEX_NOT_SUPPORTED);
    }
    try {
      return switch (request) {
        case MassRequest.Read(MassIndex index) -> read(index, actor);
        case MassRequest.AddUser(UserName name, Password password) ->
            reply(control.addUser(actor, name, password.value()));
        case MassRequest.DeleteUser(UserName name) -> reply(control.removeUser(actor, name));
        case MassRequest.DisableAuthentication(boolean off) ->
            reply(control.switchAuthentication(actor, !off));
        case MassRequest.DisableDissectors(boolean off) ->
            reply(control.switchDissectors(actor, !off));
      };
    } catch (RuntimeException failed) {
      LOG.error("MASS: {} failed", request.index(), failed);
      return new MassReply.Failure(MassStatus.SERVER_ERROR);
    }
  }

  private MassReply read(MassIndex index, Actor actor) {
    return switch (index) {
      case INDEXES ->
          new MassReply.Indexes(
              Arrays.stream(MassIndex.values())
                  .filter(each -> actor.may(operation(each)))
                  .collect(Collectors.toSet()));
      case ACTIVE_USERS ->
          new MassReply.Users(
              control.enabledUsers(MassReply.Users.MAX_USERS).stream()
                  .map(KnownUser::name)
                  .toList());
      case HISTORIC_CONNECTIONS -> count(Figures::accepted);
      case CONCURRENT_CONNECTIONS -> count(Figures::open);
      case MAX_CONCURRENT_CONNECTIONS -> count(Figures::mostOpen);
      case HISTORIC_OCTETS -> count(Figures::octets);
      case AUTHENTICATION_ATTEMPTS -> count(Figures::authenticationAttempts);
      case CONNECTION_ATTEMPTS -> count(Figures::requests);
      case AVERAGE_OCTETS_PER_READ -> count(Figures::averageRead);
      case AVERAGE_OCTETS_PER_WRITE -> count(Figures::averageWrite);
      case ADD_USER, DELETE_USER, DISABLE_AUTHENTICATION, DISABLE_DISSECTORS ->
          throw new IllegalArgumentException(index + " is not a read");
    };
  }

  private MassReply count(ToLongFunction<Figures> figure) {
    return new MassReply.Count(figure.applyAsLong(control.figures()), counters);
  }

  private static MassReply reply(Change change) {
    return switch (change) {
      case Change.Done() -> new MassReply.Done();
      case Change.UserLimitReached() -> new MassReply.Failure(MassStatus.USER_LIMIT_REACHED);
      case Change.UserExists _,
          Change.NoSuchUser _,
          Change.NoSuchConnection _,
          Change.NotAllowed _,
          Change.OutOfRange _,
          Change.Failed _ ->
          new MassReply.Failure(MassStatus.SERVER_ERROR);
    };
  }
}
