package dev.argyle.server.session;

/** What a client asked for, while it is not yet there. Belongs to the session's loop. */
interface Undertaking {

  /** Its time is up: it tells the client and ends. */
  void timeout();

  /** The client is gone: nothing is told to anybody, and nothing stays open. */
  void cancel();
}
