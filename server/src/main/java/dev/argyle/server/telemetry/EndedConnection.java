package dev.argyle.server.telemetry;

import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has ended: an entry of the journal and of the access log.
 *
 * @param id as in {@link LiveConnection#id()}
 * @param startMillis milliseconds since 1970, at accept, as the clock had it at the end
 * @param endMillis milliseconds since 1970, not before the start
 * @param user who authenticated, or null
 * @param command what was asked for, or null if no request came that names a command
 * @param destination host as the client wrote it, or null
 * @param destinationPort 0 if no request came
 * @param reply the SOCKS reply, or {@link LiveConnection#NO_REPLY}
 * @param up payload octets from the client
 * @param down payload octets to the client
 * @param ending why it ended
 * @param rule which rule decided about the request, or null if none was asked
 * @param outgoing the local address that it left by, or null; the journal does not keep it
 */
public record EndedConnection(
    long id,
    long startMillis,
    long endMillis,
    InetAddress client,
    int clientPort,
    @Nullable String user,
    @Nullable Command command,
    @Nullable String destination,
    int destinationPort,
    int reply,
    long up,
    long down,
    Ending ending,
    @Nullable RuleRef rule,
    @Nullable InetAddress outgoing)
    implements AccessEntry {

  /** Why it ended, without the detail. */
  public EndReason reason() {
    return ending.reason();
  }

  /** Whether a request came, well-formed or not. Such a connection has a line in the access log. */
  boolean requested() {
    return command != null || reply != LiveConnection.NO_REPLY;
  }

  /** What exactly ended it, or null; as {@link Ending#detail()}. */
  public @Nullable String detail() {
    return ending.detail();
  }

  /** From accept to end. */
  public long durationMillis() {
    return endMillis - startMillis;
  }
}
