package dev.argyle.server.control;

import dev.argyle.wire.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each change that was requested: who, by which door, from where, what, and with what
 * result. Never a password. Names are escaped, and between quotes.
 */
final class AuditLog {

  private static final Logger LOG = LoggerFactory.getLogger("audit");

  private AuditLog() {}

  static void write(Actor actor, String what, Result result) {
    LOG.info(
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
      case Result.UserLimitReached() -> "refused, the user limit is reached";
      case Result.NotAllowed(String reason) -> "refused, " + reason;
      case Result.OutOfRange(String reason) -> "refused, " + reason;
      case Result.Failed(String reason) -> "failed, " + reason;
    };
  }
}
