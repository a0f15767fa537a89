package dev.argyle.server.admission;

/** What becomes of a connection that has just been accepted. */
public enum Decision {
  /** It may begin its handshake; {@link Admission#leaves} must be called when it ends. */
  ADMITTED,
  /** There are {@code max-connections} connections. */
  TOO_MANY,
  /** Too many are in their handshake, and chance fell on this one. */
  DROPPED_EARLY,
  /** Its source is refused for a while. */
  PENALISED
}
