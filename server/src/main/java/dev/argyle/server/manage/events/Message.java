package dev.argyle.server.manage.events;

/**
 * A message as it is sent, shared by all that it is sent to: nobody changes the octets.
 *
 * @param id rising; of the last message that a client has seen, if this is none of its own
 * @param octets a whole event of {@code text/event-stream}, with the empty line that ends it
 */
@SuppressWarnings("ArrayRecordComponent") // shared, and never compared
record Message(long id, Kind kind, byte[] octets) {

  /** Of a message that is no one's last. */
  static final long NO_ID = -1;

  /** The event's name, in lower case. */
  enum Kind {
    /** Totals, rates and the users that move most. */
    TOTALS,
    /** Connections that opened, moved octets or ended. */
    CONNECTIONS,
    /** Messages are missing: what the client knows may be wrong. */
    GAP,
    /** The last one: the client did not read. */
    DROPPED
  }
}
