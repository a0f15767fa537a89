package dev.argyle.server.control;

/** What somebody at a door may do. */
public enum Right {
  /** To look. */
  READ,
  /** To look and to change. */
  ADMINISTER
}
