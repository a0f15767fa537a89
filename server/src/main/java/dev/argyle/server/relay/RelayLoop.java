package dev.argyle.server.relay;

import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.rate.RateLoop;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the tunnels of one event loop share. Only the loop's thread touches it. */
public final class RelayLoop {

  private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);

  private final SocketLoop sockets;
  private final RelaySettings settings;
  private final Holdings heap;
  private final Holdings handshakes;
  private final Holdings pipeHoldings;
  private final @Nullable PipePool pipes;
  private final RateLoop rates;
  private boolean shortageLogged;

  public RelayLoop(SocketLoop sockets, RelaySettings settings) {
    this.sockets = sockets;
    this.settings = settings;
    LoopMemory memory = settings.memory();
    this.heap = new Holdings(memory.heapOctets());
    this.handshakes = new Holdings(memory.handshakeOctets());
    this.pipeHoldings = new Holdings(memory.pipeOctets());
    this.rates =
        new RateLoop(
            (nanos, action) -> sockets.eventLoop().schedule(action, nanos, TimeUnit.NANOSECONDS),
            System::nanoTime);
    this.pipes =
        sockets instanceof LinuxSocketLoop linux
            ? new PipePool(linux, pipeHoldings, memory.pipeOctets())
            : null;
  }

  public SocketLoop sockets() {
    return sockets;
  }

  public RelaySettings settings() {
    return settings;
  }

  public IoEventLoop eventLoop() {
    return sockets.eventLoop();
  }

  public LoopCounters counters() {
    return sockets.counters();
  }

  LoopTurns turns() {
    return sockets.turns();
  }

  ByteBuffer buffer() {
    return sockets.buffer();
  }

  /** Where tunnels and associations wait for the rates of their accounts. */
  public RateLoop rates() {
    return rates;
  }

  /** What tunnels hold on the heap. */
  public Holdings heap() {
    return heap;
  }

  /** What clients without a tunnel hold on the heap. */
  public Holdings handshakes() {
    return handshakes;
  }

  /** What tunnels have borrowed of pipes. */
  public Holdings pipeHoldings() {
    return pipeHoldings;
  }

  /** A tunnel's user holds as much of the heap as it may; the tunnel goes on with little. */
  void heapIsShort() {
    counters().add(Counter.CAREFUL_READS, 1);
    if (!shortageLogged) {
      shortageLogged = true;
      LOG.warn(
          "readers that do not keep up leave {} octets on the heap, of {} that may wait there:"
              + " little is received for them; logged once",
          heap.heldOctets(),
          settings.memory().heapOctets());
    }
  }

  /** Null: this loop's sockets cannot splice. */
  @Nullable PipePool pipes() {
    return pipes;
  }

  /** Closes the pipes that are kept for later tunnels. */
  public void close() {
    if (pipes != null) {
      pipes.close();
    }
  }
}
