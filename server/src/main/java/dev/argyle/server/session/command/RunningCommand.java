package dev.argyle.server.session.command;

import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.socks.Request;

/**
 * A command that a client asked for (RFC 1928, section 4), until its tunnel stands, or as long as
 * it needs looking after. Belongs to the session's loop.
 */
public interface RunningCommand {

  /** The command that a request asks for; {@link #begin} begins. */
  static RunningCommand of(Request request, Requester requester, CommandLoop loop) {
    return switch (request) {
      case Request.Connect connect -> new ConnectCommand(requester, loop, connect.destination());
      case Request.Bind bind -> new BindCommand(requester, loop, bind.destination());
      case Request.UdpAssociate associate ->
          new UdpAssociateCommand(requester, loop, associate.destination());
    };
  }

  /** Begins; may be done with it at once. */
  void begin();

  /** Its time is up: it tells the client and ends. */
  void timeout();

  /** Called now and then once the client was told that it is there. */
  default void sweep(long nowNanos) {}

  /** As {@link LiveConnection.Owner#lastActiveNanos}. */
  default long lastActiveNanos(long startNanos) {
    return startNanos;
  }

  /** Its account has limits from now on, and had none before. */
  default void limit(AccountRates rates) {}

  /** The client is gone: nothing is told to anybody, and nothing stays open. */
  void cancel();
}
