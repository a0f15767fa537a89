package dev.argyle.server.control;

import java.net.InetAddress;

/**
 * Who manages the server, for rights and for the audit log.
 *
 * @param name the administrator's, escaped; {@code -} where the protocol has no names
 * @param client where from
 */
public record Actor(String name, Right right, ManagementDoor door, InetAddress client) {

  /** Who need not say who they are, and may only look. */
  public static Actor anonymous(ManagementDoor door, InetAddress client) {
    return new Actor("-", Right.READ, door, client);
  }

  /** Who has shown the server's token. */
  public static Actor holderOfToken(ManagementDoor door, InetAddress client) {
    return new Actor("-", Right.ADMINISTER, door, client);
  }

  /** Whether this actor may do that by this door. */
  public boolean may(Operation operation) {
    return right.compareTo(operation.right()) >= 0 && operation.doors().contains(door);
  }
}
