package dev.argyle.server.manage.mass;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.Metrics;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.Result;
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
                  .filter(each -> control.may(actor, operation(each)))
                  .collect(Collectors.toSet()));
      case ACTIVE_USERS ->
          new MassReply.Users(control.enabledUsers(actor, MassReply.Users.MAX_USERS));
      case HISTORIC_CONNECTIONS -> count(Metrics::accepted, actor);
      case CONCURRENT_CONNECTIONS -> count(Metrics::open, actor);
      case MAX_CONCURRENT_CONNECTIONS -> count(Metrics::mostOpen, actor);
      case HISTORIC_OCTETS -> count(Metrics::octets, actor);
      case AUTHENTICATION_ATTEMPTS -> count(Metrics::authenticationAttempts, actor);
      case CONNECTION_ATTEMPTS -> count(Metrics::requests, actor);
      case AVERAGE_OCTETS_PER_READ -> count(Metrics::averageRead, actor);
      case AVERAGE_OCTETS_PER_WRITE -> count(Metrics::averageWrite, actor);
      case ADD_USER, DELETE_USER, DISABLE_AUTHENTICATION, DISABLE_DISSECTORS ->
          throw new IllegalArgumentException(index + " is not a read");
    };
  }

  private MassReply count(ToLongFunction<Metrics> metric, Actor actor) {
    return new MassReply.Count(metric.applyAsLong(control.metrics(actor)), counters);
  }

  private static MassReply reply(Result result) {
    return switch (result) {
      case Result.Done() -> new MassReply.Done();
      case Result.UserLimitReached() -> new MassReply.Failure(MassStatus.USER_LIMIT_REACHED);
      case Result.UserExists _,
          Result.NoSuchUser _,
          Result.NoSuchConnection _,
          Result.NoSuchPenalty _,
          Result.NotAllowed _,
          Result.OutOfRange _,
          Result.Failed _ ->
          new MassReply.Failure(MassStatus.SERVER_ERROR);
    };
  }
}
