package dev.argyle.server.session;

import dev.argyle.server.relay.Swept;
import dev.argyle.server.relay.Tunnel;
import dev.argyle.wire.Writable;
import java.net.InetSocketAddress;

/**
 * What a driver does for a {@link ClientSession}: it gets octets in and out.
 *
 * @param <S> the driver's sockets
 */
abstract class SessionSocket<S> extends Swept {

  /** Sends a message of the handshake, whole. False: the client is broken. */
  abstract boolean send(Writable message);

  /** Goes on reading the handshake. */
  abstract void readOn();

  /** Ends the sending half, and from now on throws away what comes. */
  abstract void discardInput(boolean endOutput);

  /** Closes the client's socket. */
  abstract void closeSocket();

  /** Where the client's connection arrived. */
  abstract InetSocketAddress localAddress();

  /** From now on nothing that the client sends here means anything, but that it ends. */
  abstract void ignoreInput();

  /** The address that a connected socket is bound to. */
  abstract InetSocketAddress localAddress(S socket);

  /** Joins the client's socket, and what it sent behind its request, with {@code remote}. */
  abstract Tunnel openTunnel(S remote);
}
