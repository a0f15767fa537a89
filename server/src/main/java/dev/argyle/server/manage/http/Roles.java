package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;

/** The words of the API for what an actor may do. */
public final class Roles {

  private Roles() {}

  /** {@code administrator}, or {@code viewer}, who only reads. */
  public static String of(Actor actor) {
    return switch (actor.right()) {
      case READ -> "viewer";
      case ADMINISTER -> "administrator";
    };
  }
}
