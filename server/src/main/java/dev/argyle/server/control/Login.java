package dev.argyle.server.control;

/** What an administrator's name and password came to. */
public sealed interface Login {

  record Admitted(Actor actor) implements Login {}

  /** Unknown, disabled, no administrator, or a wrong password: nobody is told which. */
  record Refused() implements Login {}

  /** Too many passwords wait to be verified: nothing was decided. */
  record Busy() implements Login {}
}
