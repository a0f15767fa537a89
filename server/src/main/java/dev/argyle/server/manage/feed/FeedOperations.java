package dev.argyle.server.manage.feed;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ConnectionEntry;
import dev.argyle.server.control.Metrics;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.Result;
import dev.argyle.server.manage.door.AnswerBudget;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.Writable;
import dev.argyle.wire.feed.FeedChange;
import dev.argyle.wire.feed.FeedCode;
import dev.argyle.wire.feed.FeedFigure;
import dev.argyle.wire.feed.FeedRequest;
import dev.argyle.wire.feed.FeedResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a method to an operation and back. Immutable; may block. */
final class FeedOperations {

  private static final int USERS_AT_ONCE = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(FeedOperations.class);

  /** A query that could not be answered. */
  static final FeedResponse FAILED = new FeedResponse.QueryFailed(FeedCode.SERVER_ERROR);

  /** Octets of a response, made where that may take a while. */
  private record Octets(byte[] octets) implements Writable {
    @Override
    public int length() {
      return octets.length;
    }

    @Override
    public void write(ByteBuffer out) {
      out.put(octets);
    }
  }

  private final ProxyControl control;
  private final Semaphore lists = new Semaphore(1); // one list of users is made at a time

  FeedOperations(ProxyControl control) {
    this.control = control;
  }

  /** Never fails. Waits while a list of users is being made for another. */
  Writable answer(FeedRequest request, Actor actor) {
    if (!(request instanceof FeedRequest.ListUsers)) {
      return response(request, actor);
    }
    lists.acquireUninterruptibly();
    try {
      return new Octets(response(request, actor).octets());
    } finally {
      lists.release();
    }
  }

  private FeedResponse response(FeedRequest request, Actor actor) {
    return switch (request) {
      case FeedRequest.Impossible(FeedResponse answer) -> answer;
      case FeedRequest.Query query -> query(query, actor);
      case FeedRequest.Modification modification -> {
        FeedChange change = modification.change();
        yield new FeedResponse.Changed(change, code(modification, actor));
      }
    };
  }

  private FeedResponse query(FeedRequest.Query query, Actor actor) {
    try {
      return switch (query) {
        case FeedRequest.ListUsers() -> users(actor);
        case FeedRequest.Read(FeedFigure figure) ->
            new FeedResponse.Value(figure, value(figure, actor));
        case FeedRequest.UserConnections(UserName name) -> userConnections(name, actor);
        case FeedRequest.ListConnections(boolean ended, long after, int limit) ->
            connections(ended, after, Math.min(limit, FeedResponse.MAX_RECORDS), actor);
      };
    } catch (RuntimeException failed) {
      LOG.error("FEED: a query failed", failed);
      return FAILED;
    }
  }

  private FeedResponse users(Actor actor) {
    List<UserName> names = new ArrayList<>();
    long octets = 0;
    @Nullable UserName after = null;
    List<UserName> some;
    do {
      some = control.users(actor, after, USERS_AT_ONCE);
      for (UserName name : some) {
        after = name;
        names.add(name);
        octets += name.fieldLength();
      }
      if (octets > AnswerBudget.MAX_OCTETS || names.size() > FeedResponse.MAX_USERS) {
        LOG.warn("FEED: there are too many users to list in one answer");
        return FAILED;
      }
    } while (some.size() == USERS_AT_ONCE);
    return new FeedResponse.Users(names);
  }

  private long value(FeedFigure figure, Actor actor) {
    Metrics metrics = control.metrics(actor);
    return switch (figure) {
      case TOTAL_HISTORIC_CONNECTIONS -> metrics.accepted();
      case CURRENT_CONNECTIONS -> metrics.open();
      case MAX_CONCURRENT_CONNECTIONS -> metrics.mostOpen();
      case OCTETS_SENT -> metrics.down();
      case OCTETS_RECEIVED -> metrics.up();
      case USERS_CONNECTED -> control.usersConnected(actor);
      case TOTAL_USERS -> control.userCount(actor);
      case SELECTOR_TIMEOUT -> control.settings(actor).selectorMillis();
      case CONNECTION_TIMEOUT -> control.settings(actor).idleSeconds();
    };
  }

  private FeedResponse userConnections(UserName name, Actor actor) {
    OptionalInt open = control.connectionsOf(actor, name);
    return open.isEmpty()
        ? new FeedResponse.QueryFailed(FeedCode.NO_SUCH_USER)
        : new FeedResponse.UserConnections(open.getAsInt());
  }

  private FeedResponse connections(boolean ended, long after, int limit, Actor actor) {
    List<ConnectionEntry> found =
        ended
            ? control.endedAfter(actor, after, limit)
            : control.connections(actor, after, limit, null);
    return new FeedResponse.Connections(ended, found.stream().map(Records::of).toList());
  }

  private FeedCode code(FeedRequest.Modification modification, Actor actor) {
    try {
      return code(
          switch (modification) {
            case FeedRequest.AddUser(UserName name, Password password) ->
                control.addUser(actor, name, password.value());
            case FeedRequest.RemoveUser(UserName name) -> control.removeUser(actor, name);
            case FeedRequest.SetPasswordSpoofing(boolean on) -> control.switchDissectors(actor, on);
            case FeedRequest.SetSelectorTimeout(long millis) ->
                control.setSelectorTimeout(actor, millis);
            case FeedRequest.SetConnectionTimeout(long seconds) ->
                control.setIdleTimeout(actor, seconds);
          });
    } catch (RuntimeException failed) {
      LOG.error("FEED: {} failed", modification.change(), failed);
      return FeedCode.SERVER_ERROR;
    }
  }

  private static FeedCode code(Result result) {
    return switch (result) {
      case Result.Done() -> FeedCode.DONE;
      case Result.UserExists _ -> FeedCode.USER_EXISTS;
      case Result.NoSuchUser _ -> FeedCode.NO_SUCH_USER;
      case Result.OutOfRange _ -> FeedCode.OUT_OF_RANGE;
      case Result.UserLimitReached _ -> FeedCode.USER_LIMIT_REACHED;
      case Result.NotAllowed _, Result.NoSuchConnection _, Result.NoSuchPenalty _ ->
          FeedCode.NOT_ALLOWED;
      case Result.Failed _ -> FeedCode.SERVER_ERROR;
    };
  }
}
