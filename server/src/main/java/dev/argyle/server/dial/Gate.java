package dev.argyle.server.dial;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * May this address be dialled, and from which source address? The caller binds user, client,
 * command, name and port into it. Asked on the dial's loop, for each address right before it is
 * dialled (DNS rebinding); must not block.
 */
public interface Gate {

  Verdict check(InetAddress address);

  /**
   * Asked once before a name is looked up, so that a client whom no rule lets out cannot carry
   * octets out in questions to name servers.
   *
   * @param name as {@link HostName.Host} has it: lower case, no trailing dot
   */
  default Verdict checkName(String name) {
    return Allowed.FROM_ANY;
  }

  /** What the gate says. */
  sealed interface Verdict {}

  /**
   * @param source the local address to dial from; null: the system chooses
   */
  record Allowed(@Nullable InetAddress source) implements Verdict {

    /** The system chooses the source address. */
    public static final Allowed FROM_ANY = new Allowed(null);
  }

  /**
   * @param reason which rule, for the log
   */
  record Denied(String reason) implements Verdict {}
}
