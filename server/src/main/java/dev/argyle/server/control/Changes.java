package dev.argyle.server.control;

import dev.argyle.server.account.AccountStoreException;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a change is made: the actor's right to it is checked, then its range; it is made; and
 * whatever came of it is in the audit log.
 */
final class Changes {

  private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

  private static final Result NO_RIGHT =
      new Result.NotAllowed("this session has no right to do that");

  private Changes() {}

  /** Sets a number between bounds. */
  static Result setNumber(
      Actor actor, Operation operation, long value, long least, long most, Runnable action) {
    return change(
        actor,
        operation,
        words(operation) + " " + value,
        () -> {
          if (value < least || value > most) {
            return new Result.OutOfRange(least + " to " + most);
          }
          action.run();
          return new Result.Done();
        });
  }

  static Result setSwitch(Actor actor, Operation operation, boolean on, Runnable action) {
    return change(
        actor,
        operation,
        words(operation) + (on ? " on" : " off"),
        () -> {
          action.run();
          return new Result.Done();
        });
  }

  /**
   * Makes a change.
   *
   * @param what for the audit log
   */
  static Result change(Actor actor, Operation operation, String what, Supplier<Result> action) {
    Result result = actor.may(operation) ? attempt(action) : NO_RIGHT;
    AuditLog.write(actor, what, result);
    return result;
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
}
