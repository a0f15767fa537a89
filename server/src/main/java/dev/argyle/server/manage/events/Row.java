package dev.argyle.server.manage.events;

import dev.argyle.server.telemetry.LiveConnection;
import java.util.concurrent.TimeUnit;

/** An open connection as it was at the last look. Belongs to the hub's thread. */
final class Row {

  private static final int UNTOLD = -1;

  final LiveConnection connection;
  private long seenOctets;
  private long toldOctets;
  private int told = UNTOLD;
  boolean endIsTold;

  Row(LiveConnection connection) {
    this.connection = connection;
  }

  long id() {
    return connection.id();
  }

  /**
   * Looks at it.
   *
   * @return octets that have moved since the last look, both ways
   */
  long look() {
    long octets = connection.up() + connection.down();
    long moved = octets - seenOctets;
    seenOctets = octets;
    return moved;
  }

  long idleSeconds(long nowNanos) {
    return TimeUnit.NANOSECONDS.toSeconds(connection.idleNanos(nowNanos));
  }

  /** At the last look, both ways. */
  long seenOctets() {
    return seenOctets;
  }

  /** Whether listeners know of it. */
  boolean isTold() {
    return told != UNTOLD;
  }

  /** Whether it is new, or something else than its octets has changed: user, request or reply. */
  boolean isNews() {
    return told != state();
  }

  /** Whether octets have moved that were not told. */
  boolean hasMoved() {
    return isTold() && seenOctets != toldOctets;
  }

  /** The octets are told, or about to be. */
  void octetsAreTold() {
    toldOctets = seenOctets;
  }

  /** All of it is. */
  void isTold(int stateBefore) {
    told = stateBefore;
    toldOctets = seenOctets;
  }

  /** Changes with whatever can change besides octets; taken before it is rendered. */
  int state() {
    int user = connection.user() == null ? 0 : 1;
    int command = connection.command() == null ? 0 : 2;
    return user + command + (connection.reply() + 1) * 4;
  }
}
