package dev.argyle.server.session;

/**
 * What a client asked for, while it is not yet there, or as long as it needs looking after. Belongs
 * to the session's loop.
 */
interface Undertaking {

  /** Begins; may be done with it at once. */
  void begin();

  /** Its time is up: it tells the client and ends. */
  void timeout();

  /** Called now and then once the client was told that it is there. */
  default void sweep(long nowNanos) {}

  /** The client is gone: nothing is told to anybody, and nothing stays open. */
  void cancel();
}
