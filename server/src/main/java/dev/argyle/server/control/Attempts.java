package dev.argyle.server.control;

import dev.argyle.server.account.AccountStoreException;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a change goes: the right to it, its range, the deed, and the line in the audit log. */
final class Attempts {

  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);

  private Attempts() {}

  /** A number between bounds. */
  static Change ranged(
      Actor actor, Operation operation, long value, long least, long most, Runnable action) {
    return change(
        actor,
        operation,
        words(operation) + " " + value,
        () -> {
          if (value < least || value > most) {
            return new Change.OutOfRange(least + " to " + most);
          }
          action.run();
          return new Change.Done();
        });
  }

  static Change switched(Actor actor, Operation operation, boolean on, Runnable action) {
    return change(
        actor,
        operation,
        words(operation) + (on ? " on" : " off"),
        () -> {
          action.run();
          return new Change.Done();
        });
  }

  /** Whatever it comes to, it has its line. */
  static Change change(Actor actor, Operation operation, String what, Supplier<Change> action) {
    Change change = actor.may(operation) ? attempted(action) : NO_RIGHT;
    AuditLog.write(actor, what, change);
    return change;
  }

  private static final Change NO_RIGHT =
      new Change.NotAllowed("this session has no right to do that");

  private static Change attempted(Supplier<Change> action) {
    try {
      return action.get();
    } catch (AccountStoreException failed) {
      LOG.error("accounts: {}", failed.getMessage());
      return new Change.Failed("the accounts cannot be written");
    } catch (RuntimeException bug) {
      LOG.error("a change failed; this is a bug in Argyle", bug);
      return new Change.Failed("a bug; see the log");
    }
  }

  static String words(Operation operation) {
    return operation.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
