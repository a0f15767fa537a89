package dev.argyle.server.control;

import static dev.argyle.server.telemetry.Door.BOTTLER;
import static dev.argyle.server.telemetry.Door.FEED;
import static dev.argyle.server.telemetry.Door.HTTP;
import static dev.argyle.server.telemetry.Door.MASS;

import dev.argyle.server.telemetry.Door;
import java.util.Set;

/**
 * The table of rights: everything that can be managed, the right that it needs, and the doors whose
 * protocol offers it. {@link ProxyControl} checks each call against it; a new door is one more
 * column.
 */
public enum Operation {
  LIST_USERS(Right.READ, MASS, FEED, BOTTLER, HTTP),
  COUNTERS(Right.READ, MASS, FEED, BOTTLER, HTTP),
  LAST_CONNECTION(Right.READ, BOTTLER, HTTP),
  USER_CONNECTIONS(Right.READ, FEED, HTTP),
  LIST_CONNECTIONS(Right.READ, FEED, HTTP),
  HISTORY(Right.READ, FEED, HTTP),
  USAGE(Right.READ, HTTP),
  /** Deletes what is kept on disk of a user's past. */
  FORGET_USER(Right.ADMINISTER, HTTP),
  /** They show what clients sent, so not everybody may look. */
  MALFORMED(Right.ADMINISTER, HTTP),
  RULES(Right.READ, HTTP),
  EXPLAIN(Right.READ, HTTP),
  PENALTIES(Right.READ, HTTP),
  CHANGES(Right.READ, HTTP),
  READ_SETTINGS(Right.READ, FEED, BOTTLER, HTTP),
  STATUS(Right.READ, BOTTLER, HTTP),
  ADD_USER(Right.ADMINISTER, MASS, FEED, BOTTLER, HTTP),
  REMOVE_USER(Right.ADMINISTER, MASS, FEED, BOTTLER, HTTP),
  RENAME_USER(Right.ADMINISTER, BOTTLER, HTTP),
  SET_PASSWORD(Right.ADMINISTER, BOTTLER, HTTP),
  ENABLE_USER(Right.ADMINISTER, HTTP),
  SET_ADMINISTRATOR(Right.ADMINISTER, HTTP),
  SET_VIEWER(Right.ADMINISTER, HTTP),
  /** A user's plan, and limits of their own. */
  SET_ATTRIBUTES(Right.ADMINISTER, HTTP),
  KILL(Right.ADMINISTER, HTTP),
  SET_IDLE_TIMEOUT(Right.ADMINISTER, FEED, BOTTLER, HTTP),
  SET_SELECTOR_TIMEOUT(Right.ADMINISTER, FEED, HTTP),
  SET_BUFFER_SIZE(Right.ADMINISTER, BOTTLER, HTTP),
  SWITCH_AUTHENTICATION(Right.ADMINISTER, MASS, BOTTLER, HTTP),
  SWITCH_DISSECTORS(Right.ADMINISTER, MASS, FEED, BOTTLER, HTTP),
  START(Right.ADMINISTER, BOTTLER, HTTP),
  STOP(Right.ADMINISTER, BOTTLER, HTTP),
  RESET(Right.ADMINISTER, BOTTLER, HTTP),
  DRAIN(Right.ADMINISTER, HTTP),
  FORGIVE(Right.ADMINISTER, HTTP);

  /** What somebody at a door may do; a later one includes the earlier ones. */
  public enum Right {
    /** To look. */
    READ,
    /** To look and to change. */
    ADMINISTER
  }

  private final Right right;
  private final Set<Door> doors;

  Operation(Right right, Door... doors) {
    this.right = right;
    this.doors = Set.of(doors);
  }

  /** The least right that is needed. */
  public Right right() {
    return right;
  }

  /** The doors whose protocol has a request for it. */
  public Set<Door> doors() {
    return doors;
  }
}
