package dev.argyle.server.session;

import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.relay.Sweep;
import dev.argyle.server.session.command.CommandLoop;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the sessions of one event loop share. Only its thread touches it, but for the counts of
 * clients.
 */
final class SessionLoop {

  /** Tunnels whose keep-alive is set in one sweep; two calls each, which take a millisecond. */
  private static final int KEEP_ALIVES_A_SWEEP = 256;

  private final SocketLoop sockets;
  private final RelayLoop relay;
  private final CommandLoop commands;
  private final Sweep sweep;
  private final SweepShare keepAlives = new SweepShare(KEEP_ALIVES_A_SWEEP);
  private final ByteBuffer answers;
  private int sessions;
  private volatile int sessionsSeen;
  private final AtomicInteger active = new AtomicInteger();

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

  SweepShare keepAlives() {
    return keepAlives;
  }

  /** The loop's buffer once more, with a position of its own: requests are read from the other. */
  ByteBuffer answers() {
    return answers;
  }

  /** Sessions of this loop, an instant late. */
  int sessions() {
    return sessionsSeen;
  }

  /**
   * Clients of this loop that have something to do, as far as is known: all but those whose tunnel
   * rests. They are counted from the moment that they are placed here, before they have begun.
   */
  int active() {
    return active.get();
  }

  /** A client is placed on this loop, or one that rested has something to do again. */
  void addActive() {
    active.incrementAndGet();
  }

  /** An active client rests or is gone. */
  void removeActive() {
    active.decrementAndGet();
  }

  void add(ClientSession session) {
    sweep.add(session);
    sessionsSeen = ++sessions;
  }

  void remove(ClientSession session) {
    sweep.remove(session);
    sessionsSeen = --sessions;
  }
}
