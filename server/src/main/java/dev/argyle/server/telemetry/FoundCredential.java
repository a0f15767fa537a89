package dev.argyle.server.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Credentials that a dissector recognised in a tunnel; a line of type P.
 *
 * @param timeMillis milliseconds since 1970
 * @param user the proxy user whose tunnel it was, or null
 * @param protocol POP3, HTTP, …
 * @param destination host as the client asked for it
 * @param foundUser the name that went over the wire
 * @param shownPassword what is logged: the password, or {@link #MASK}
 */
public record FoundCredential(
    long timeMillis,
    @Nullable String user,
    String protocol,
    String destination,
    int destinationPort,
    String foundUser,
    String shownPassword)
    implements AccessEntry {

  /** Stands for a password of any length. */
  public static final String MASK = "********";

  /** The same, its password masked: what is logged unless {@code secrets: full}. */
  public FoundCredential masked() {
    return new FoundCredential(
        timeMillis, user, protocol, destination, destinationPort, foundUser, MASK);
  }

  /** Without the password: this may end up in an error message. */
  @Override
  public String toString() {
    return "FoundCredential[" + protocol + " " + destination + ":" + destinationPort + "]";
  }
}
