package dev.argyle.server.control;

import dev.argyle.server.telemetry.Door;

/** By which protocol somebody manages the server. */
public enum ManagementDoor {
  MASS(Door.MASS),
  FEED(Door.FEED),
  BOTTLER(Door.BOTTLER),
  HTTP(Door.HTTP);

  private final Door door;

  ManagementDoor(Door door) {
    this.door = door;
  }

  /** As logs write it. */
  public String word() {
    return door.word();
  }

  Door telemetry() {
    return door;
  }
}
