package dev.argyle.server.control;

import dev.argyle.wire.Addresses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a change that was asked for: who, by which door, from where, what, and what it came to.
 * Never a password. Names are escaped, and between quotes.
 */
final class AuditLog {

  private static final Logger LOG = LoggerFactory.getLogger("audit");

  private AuditLog() {}

  static void write(Actor actor, String what, Change change) {
    LOG.info(
        "door={} client={} by={} {}: {}",
        actor.door().word(),
        Addresses.text(actor.client()),
        quoted(actor.name()),
        what,
        words(change));
  }

  /** A name that was escaped, between quotes that it cannot end. */
  static String quoted(String escaped) {
    return '"' + escaped.replace("\"", "\\x22") + '"';
  }

  private static String words(Change change) {
    return switch (change) {
      case Change.Done() -> "done";
      case Change.UserExists _ -> "refused, the user exists";
      case Change.NoSuchUser() -> "refused, no such user";
      case Change.NoSuchConnection() -> "refused, no such connection";
      case Change.UserLimitReached() -> "refused, the user limit is reached";
      case Change.NotAllowed(String reason) -> "refused, " + reason;
      case Change.OutOfRange(String reason) -> "refused, " + reason;
      case Change.Failed(String reason) -> "failed, " + reason;
    };
  }
}
