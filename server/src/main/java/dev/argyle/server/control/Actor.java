package dev.argyle.server.control;

import dev.argyle.server.telemetry.Door;
import java.net.InetAddress;

/**
 * Who manages the server, for rights and for the audit log.
 *
 * @param name the administrator's, escaped; {@link #NO_NAME} where the protocol has no names
 * @param client where from
 */
public record Actor(String name, Operation.Right right, Door door, InetAddress client) {

  static final String NO_NAME = "-";

  /** Whether the table of operations lets this actor do that by this door. */
  boolean may(Operation operation) {
    return right.compareTo(operation.right()) >= 0 && operation.doors().contains(door);
  }
}
