package dev.argyle.server.dial;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The rules as one request meets them: may this address be used, and from which source address? The
 * caller binds user, client, command, name and port into it. Asked on the request's loop, for each
 * address right before it is used (DNS rebinding); must not block.
 */
public interface Gate {

  Verdict check(InetAddress address);

  /**
   * Asked once before a name is looked up, so that a client to whom everything is denied cannot
   * send octets out in questions to name servers.
   *
   * @param name as {@link HostName.Name} has it: lower case, no trailing dot
   */
  default Verdict checkName(String name) {
    return Allowed.FROM_ANY;
  }

  /**
   * Of several addresses that were tried at once this one was connected: what had decided about it
   * holds.
   */
  default void won(InetAddress address) {}

  sealed interface Verdict {}

  /**
   * @param source the local address to dial from; null: the system chooses
   */
  record Allowed(@Nullable InetAddress source) implements Verdict {

    /** The system chooses the source address. */
    public static final Allowed FROM_ANY = new Allowed(null);
  }

  /**
   * @param reason which rule, in words for the log
   */
  record Denied(String reason) implements Verdict {}
}
