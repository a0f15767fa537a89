package dev.argyle.server.session;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.relay.Swept;
import dev.argyle.server.telemetry.EndReason;
import java.net.InetSocketAddress;

/**
 * A connection whose PROXY header is due. The header is looked at where it is and taken whole; what
 * follows is the client's, and a session's.
 */
final class NativeProxyWait extends Swept implements SocketEvents {

  private final NativeLoop loop;
  private final Services services;
  private final NativeSocket socket;
  private final InetSocketAddress balancer;
  private final long deadlineNanos;

  NativeProxyWait(
      NativeLoop loop, Services services, NativeSocket socket, InetSocketAddress balancer) {
    this.loop = loop;
    this.services = services;
    this.socket = socket;
    this.balancer = balancer;
    this.deadlineNanos = System.nanoTime() + services.policy().handshakeNanos();
    socket.handOver(this);
    loop.sweep().add(this);
  }

  void start() {
    if (!socket.register(loop.eventLoop())) {
      end(EndReason.OUT_OF_RESOURCES);
    }
  }

  @Override
  public void ready(NativeSocket from) {
    if (!socket.mayRead()) {
      return;
    }
    int seen =
        loop.calls().peek(socket.intValue(), loop.splice().bufferAddress(), ProxyHeader.MAX_OCTETS);
    if (Errno.wouldBlock(seen)) {
      socket.empty();
      return;
    }
    if (seen <= 0) {
      end(EndReason.CLIENT_CLOSED);
      return;
    }
    byte[] octets = new byte[seen];
    loop.splice().buffer().clear().get(octets);
    switch (ProxyHeader.read(octets)) {
      case ProxyHeader.NeedMore _ -> { // more octets make another edge
        if (socket.inputEnded()) {
          end(EndReason.CLIENT_CLOSED);
        }
      }
      case ProxyHeader.Malformed _ -> failed(EndReason.PROTOCOL_ERROR);
      case ProxyHeader.Header(InetSocketAddress client, int length) ->
          begin(client == null ? balancer : client, length);
    }
  }

  private void begin(InetSocketAddress client, int headerOctets) {
    loop.sweep().remove(this);
    loop.calls().recv(socket.intValue(), loop.splice().bufferAddress(), headerOctets);
    if (services.refusesBehindBalancer(client.getAddress(), loop.counters())) {
      end(EndReason.AUTHENTICATION_FAILED);
      return;
    }
    NativeSession session = new NativeSession(loop, services, socket, client);
    session.ready(socket);
  }

  @Override
  protected void sweep(long nowNanos) {
    if (nowNanos - deadlineNanos >= 0) {
      failed(EndReason.HANDSHAKE_TIMEOUT);
    }
  }

  /** Only the log is told: who sends no header here does not speak the balancer's protocol. */
  private void failed(EndReason why) {
    services.proxyHeaderFailed(balancer.getAddress(), why);
    end(why);
  }

  @Override
  protected void end(EndReason reason) {
    loop.sweep().remove(this);
    socket.close();
    services.admission().leaves(false);
  }
}
