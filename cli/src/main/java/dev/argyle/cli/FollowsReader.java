package dev.argyle.cli;

/** A command that may go on for ever, and whose end it is that nobody reads its output any more. */
interface FollowsReader {

  /** Whether it does so with the options that it was given. */
  boolean endsWithItsReader();
}
