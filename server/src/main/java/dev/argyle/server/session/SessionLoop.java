package dev.argyle.server.session;

import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.relay.Sweep;
import dev.argyle.server.session.command.CommandLoop;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;

/**
 * What the sessions of one event loop share. Only its thread touches it, but for {@link #load},
 * which any thread may read.
 */
final class SessionLoop {

  private final SocketLoop sockets;
  private final RelayLoop relay;
  private final CommandLoop commands;
  private final Sweep sweep;
  private final ByteBuffer answers;
  private int sessions;
  private volatile int load;

  SessionLoop(SocketLoop sockets, RelayLoop relay, CommandLoop commands) {
    this.sockets = sockets;
    this.relay = relay;
    this.commands = commands;
    this.sweep = new Sweep(sockets.eventLoop());
    this.answers = sockets.buffer().duplicate();
  }

  SocketLoop sockets() {
    return sockets;
  }

  IoEventLoop eventLoop() {
    return sockets.eventLoop();
  }

  LoopCounters counters() {
    return sockets.counters();
  }

  RelayLoop relay() {
    return relay;
  }

  CommandLoop commands() {
    return commands;
  }

  Sweep sweep() {
    return sweep;
  }

  /** The loop's buffer once more, with a position of its own: requests are read from the other. */
  ByteBuffer answers() {
    return answers;
  }

  /** Clients of this loop, an instant late. */
  int load() {
    return load;
  }

  void add(ClientSession session) {
    sweep.add(session);
    load = ++sessions;
  }

  void remove(ClientSession session) {
    sweep.remove(session);
    load = --sessions;
  }
}
