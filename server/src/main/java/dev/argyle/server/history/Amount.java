package dev.argyle.server.history;

/**
 * What was used.
 *
 * @param up payload octets from clients
 * @param down payload octets to clients
 * @param connections that have logged in, counted on the day on which they did
 */
public record Amount(long up, long down, long connections) {

  /** Nothing. */
  public static final Amount NONE = new Amount(0, 0, 0);

  Amount plus(Amount more) {
    return new Amount(up + more.up, down + more.down, connections + more.connections);
  }
}
