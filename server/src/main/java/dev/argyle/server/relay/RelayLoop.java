package dev.argyle.server.relay;

import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What the tunnels of one event loop share. Only the loop's thread touches it. */
public final class RelayLoop {

  private final SocketLoop sockets;
  private final RelaySettings settings;
  private final @Nullable PipePool pipes;

  public RelayLoop(SocketLoop sockets, RelaySettings settings) {
    this.sockets = sockets;
    this.settings = settings;
    this.pipes = sockets instanceof LinuxSocketLoop linux ? new PipePool(linux) : null;
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
