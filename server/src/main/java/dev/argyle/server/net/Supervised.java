package dev.argyle.server.net;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever an event loop calls back: sockets, turns, timers, answers of the resolver. What escapes
 * from such a call is a bug of ours. It ends its owner and nobody else, and the owner counts and
 * logs it once. {@link Throwable}, not only exceptions: after a linkage or memory error an owner
 * that nobody told would be in no sweep any more.
 */
public interface Supervised {

  /** A callback of this owner has thrown; called on its loop. Ends what the owner stands for. */
  void onBug(Throwable bug);

  /** The step, with its failures told to this owner. */
  default Runnable guarded(Runnable step) {
    return () -> guard(step);
  }

  /** Runs a step now, with its failures told to this owner. */
  default void guard(Runnable step) {
    try {
      step.run();
    } catch (Throwable bug) {
      tell(bug);
    }
  }

  /** Tells the owner of what a callback threw. Never throws, since the loop would pay for it. */
  default void tell(Throwable bug) {
    try {
      onBug(bug);
    } catch (Throwable another) {
      logged(bug, another);
    }
  }

  /** Without memory the log may fail as well; then nothing is left to be said. */
  private void logged(Throwable bug, Throwable another) {
    try {
      Logger log = LoggerFactory.getLogger(Supervised.class);
      log.error("a bug of Argyle: ending {} failed, after {}", this, bug, another);
    } catch (Throwable third) {
      return; // the loop goes on: others live on it
    }
  }
}
