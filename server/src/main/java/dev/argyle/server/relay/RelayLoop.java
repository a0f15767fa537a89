package dev.argyle.server.relay;

import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;

/** What every tunnel of one event loop shares. Only the loop's thread touches it. */
public class RelayLoop {

  private final IoEventLoop loop;
  private final LoopCounters counters;
  private final RelaySettings settings;

  public RelayLoop(IoEventLoop loop, LoopCounters counters, RelaySettings settings) {
    this.loop = loop;
    this.counters = counters;
    this.settings = settings;
  }

  public final IoEventLoop eventLoop() {
    return loop;
  }

  public final LoopCounters counters() {
    return counters;
  }

  public final RelaySettings settings() {
    return settings;
  }
}
