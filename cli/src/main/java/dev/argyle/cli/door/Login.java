package dev.argyle.cli.door;

import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;

/** An administrator, as MASS and FEED want to know one. */
public record Login(UserName name, Password password) {

  /** Makes a login, when it is wanted: that may mean to ask for a password. */
  @FunctionalInterface
  public interface Source {
    Login get() throws DoorProblem;
  }
}
