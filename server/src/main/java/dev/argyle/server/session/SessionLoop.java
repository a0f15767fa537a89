package dev.argyle.server.session;

import dev.argyle.server.dial.Connector;
import dev.argyle.server.dial.Dialler;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.relay.Sweep;
import dev.argyle.server.telemetry.LoopCounters;
import dev.argyle.server.udp.UdpLoop;
import io.netty.channel.IoEventLoop;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one event loop share. Only its thread touches it, but for {@link #load},
 * which any thread may read.
 *
 * @param <S> the driver's sockets
 */
abstract class SessionLoop<S> {

  private final RelayLoop relay;
  private final Sweep sweep;
  private final Dialler<S> dialler;
  private @Nullable UdpLoop datagrams;
  private volatile int load;

  SessionLoop(RelayLoop relay, NameResolver resolver, Connector<S> connector) {
    this.relay = relay;
    this.sweep = new Sweep(relay.eventLoop());
    this.dialler = new Dialler<>(resolver, connector);
  }

  RelayLoop relay() {
    return relay;
  }

  final IoEventLoop eventLoop() {
    return relay.eventLoop();
  }

  final LoopCounters counters() {
    return relay.counters();
  }

  final Sweep sweep() {
    return sweep;
  }

  final NameResolver resolver() {
    return dialler.resolver();
  }

  /** Where this loop's datagrams pass; made when the first client wants it. */
  final UdpLoop datagrams() {
    UdpLoop made = datagrams == null ? UdpLoop.of(eventLoop(), counters()) : datagrams;
    datagrams = made;
    return made;
  }

  /** Listens at a local address, at a port that the system chooses, for one connection. */
  abstract Rendezvous meet(InetAddress at, Rendezvous.Host<S> host);

  final Dialler<S> dialler() {
    return dialler;
  }

  /** Clients of this loop, an instant late. */
  final int load() {
    return load;
  }

  final void add(ClientSession<S> session) {
    sweep.add(session);
    load = sweep.size();
  }

  final void remove(ClientSession<S> session) {
    sweep.remove(session);
    load = sweep.size();
  }
}
