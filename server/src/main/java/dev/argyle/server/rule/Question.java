package dev.argyle.server.rule;

import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * May this client do this?
 *
 * <p>A BIND that expects anybody (all zeros) has no destination yet: ask about the peer that comes.
 *
 * @param user null: a client without a name, {@code -} in the rules
 * @param name the host name that the client asked for, in any case, with or without a trailing dot;
 *     null where it asked for an address
 * @param address what is about to be dialled: resolved, never what a name resolved to earlier
 * @param port 0 to 65535
 * @param own which rules are the account's own: those for {@code @} and this; null: none are
 */
public record Question(
    @Nullable String user,
    InetAddress client,
    Command command,
    @Nullable String name,
    InetAddress address,
    int port,
    @Nullable String own) {

  /** From a client whose account has no rules of its own. */
  public Question(
      @Nullable String user,
      InetAddress client,
      Command command,
      @Nullable String name,
      InetAddress address,
      int port) {
    this(user, client, command, name, address, port, null);
  }
}
