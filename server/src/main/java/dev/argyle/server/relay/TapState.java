package dev.argyle.server.relay;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tunnel's {@link Tap}, until it wants no more; both directions share it. A tap that throws is a
 * bug that must not end the tunnel: it is counted and logged, and the tap is not called again.
 */
final class TapState {

  private static final Logger LOG = LoggerFactory.getLogger(TapState.class);

  private final LoopCounters counters;
  private @Nullable Tap tap;

  TapState(LoopCounters counters, @Nullable Tap tap) {
    this.counters = counters;
    this.tap = tap;
  }

  /** Whether octets have to be shown. */
  boolean wantsMore() {
    return tap != null;
  }

  /** Shows octets from position to limit, if there is still a tap; both may be moved. */
  void show(boolean fromClient, ByteBuffer octets) {
    if (tap == null) {
      return;
    }
    try {
      if (!tap.sees(fromClient, octets)) {
        tap = null;
      }
    } catch (Throwable bug) {
      tap = null;
      counters.add(Counter.BUGS, 1);
      LOG.error("a bug of Argyle: a tunnel's tap failed, the tunnel goes on without it", bug);
    }
  }
}
