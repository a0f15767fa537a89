package dev.argyle.server.dial;

import dev.argyle.server.egress.Sources;
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
   * How sockets are bound where no rule says otherwise; null: the system chooses. Its families say
   * in which order addresses are tried, which is before a rule has seen one.
   */
  default @Nullable Sources sources() {
    return null;
  }

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
   * @param sources how sockets are bound; null: the system chooses
   */
  record Allowed(@Nullable Sources sources) implements Verdict {

    /** The system chooses the source address. */
    public static final Allowed FROM_ANY = new Allowed((Sources) null);

    /** From an address that a rule names. */
    public Allowed(InetAddress source) {
      this(Sources.ofRule(source));
    }
  }

  /**
   * @param reason which rule, in words for the log
   */
  record Denied(String reason) implements Verdict {}
}
