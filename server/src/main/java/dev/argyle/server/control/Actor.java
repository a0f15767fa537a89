package dev.argyle.server.control;

import dev.argyle.server.account.User;
import dev.argyle.server.telemetry.Door;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who manages the server, for rights and for the audit log.
 *
 * @param name the administrator's, escaped; {@link #NO_NAME} where the protocol has no names
 * @param client where from
 * @param user whose password was verified, as the account was then; null: nobody's
 */
public record Actor(
    String name, Operation.Right right, Door door, InetAddress client, @Nullable User user) {

  /** Somebody who has shown no password. */
  public Actor(String name, Operation.Right right, Door door, InetAddress client) {
    this(name, right, door, client, null);
  }

  static final String NO_NAME = "-";

  /** Whether the table of operations lets this actor do that by this door. */
  boolean may(Operation operation) {
    return right.compareTo(operation.right()) >= 0 && operation.doors().contains(door);
  }
}
