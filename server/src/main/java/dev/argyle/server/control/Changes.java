package dev.argyle.server.control;

import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.User;
import dev.argyle.wire.Addresses;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a change is made: the actor's right to it is checked, and that the actor's account is still
 * what it was at the login, then its range; it is made; and whatever came of it has one line in the
 * audit log: who, by which door, from where, what, and with what result. Never a password. Names
 * are escaped, and between quotes. The last changes are kept in memory too.
 */
final class Changes {

  private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
  private static final Logger AUDIT = LoggerFactory.getLogger("audit");

  private static final Result NO_RIGHT =
      new Result.NotAllowed("this session has no right to do that", true);

  private static final Result OUTDATED =
      new Result.NotAllowed(
          "the administrator's account has changed since this session's login", true);

  private final AdminSessions sessions;
  private final ChangeHistory history = new ChangeHistory();

  Changes(AdminSessions sessions) {
    this.sessions = sessions;
  }

  /** The last changes that were asked for. */
  ChangeHistory history() {
    return history;
  }

  /** A number between bounds, which is what it is now. */
  record Range(long now, long least, long most) {}

  /** Sets a number between bounds. */
  Result setNumber(Actor actor, Operation operation, long value, Range range, Runnable action) {
    Change.Note note = new Change.Note();
    note.from(range.now);
    note.to(value);
    return change(
        actor,
        operation,
        words(operation) + " " + value,
        note,
        () -> {
          if (value < range.least || value > range.most) {
            return new Result.OutOfRange(range.least + " to " + range.most);
          }
          action.run();
          return new Result.Done();
        });
  }

  Result setSwitch(Actor actor, Operation operation, boolean now, boolean on, Runnable action) {
    Change.Note note = new Change.Note();
    note.from(now ? "on" : "off");
    note.to(on ? "on" : "off");
    return change(
        actor,
        operation,
        words(operation) + (on ? " on" : " off"),
        note,
        () -> {
          action.run();
          return new Result.Done();
        });
  }

  /**
   * Makes a change.
   *
   * @param what for the audit log
   * @param note for the log of changes; the action may fill it in
   */
  Result change(
      Actor actor, Operation operation, String what, Change.Note note, Supplier<Result> action) {
    Result result =
        attempt(
            () -> {
              if (!actor.may(operation)) {
                return NO_RIGHT;
              }
              return isOutdated(actor) ? OUTDATED : action.get();
            });
    audit(actor, what, result);
    history.add(note, System.currentTimeMillis(), actor, operation, words(result));
    return result;
  }

  /** A session whose account has changed meanwhile, perhaps by another process, changes nothing. */
  private boolean isOutdated(Actor actor) {
    User user = actor.user();
    return user != null && !sessions.isCurrent(user);
  }

  private static Result attempt(Supplier<Result> action) {
    try {
      return action.get();
    } catch (AccountStoreException failed) {
      LOG.error("accounts: {}", failed.getMessage());
      return new Result.Failed("the accounts cannot be written");
    } catch (RuntimeException bug) {
      LOG.error("a change failed; this is a bug in Argyle", bug);
      return new Result.Failed("a bug; see the log");
    }
  }

  static String words(Operation operation) {
    return operation.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void audit(Actor actor, String what, Result result) {
    AUDIT.info(
        "door={} client={} by={} {}: {}",
        actor.door().word(),
        Addresses.text(actor.client()),
        quoted(actor.name()),
        what,
        words(result));
  }

  /** A name that was escaped, between quotes that it cannot end. */
  static String quoted(String escaped) {
    return '"' + escaped.replace("\"", "\\x22") + '"';
  }

  private static String words(Result result) {
    return switch (result) {
      case Result.Done() -> "done";
      case Result.UserExists _ -> "refused, the user exists";
      case Result.NoSuchUser() -> "refused, no such user";
      case Result.NoSuchConnection() -> "refused, no such connection";
      case Result.NoSuchPenalty() -> "refused, the source has no penalty";
      case Result.UserLimitReached() -> "refused, the user limit is reached";
      case Result.NotAllowed(String reason, boolean _) -> "refused, " + reason;
      case Result.OutOfRange(String reason) -> "refused, " + reason;
      case Result.Failed(String reason) -> "failed, " + reason;
    };
  }
}
