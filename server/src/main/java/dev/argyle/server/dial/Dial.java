package dev.argyle.server.dial;

/** A destination being dialled. Belongs to its loop. After its outcome both methods do nothing. */
public interface Dial {

  /** Ends every attempt, lookup and timer; no outcome follows. */
  void cancel();

  /**
   * The time for the whole dial is up, which the caller notices in its own sweep: ends everything
   * like {@link #cancel()} and reports {@link DialFailure#TIMED_OUT}, or what is more telling if an
   * attempt has failed with that.
   */
  void timeout();
}
