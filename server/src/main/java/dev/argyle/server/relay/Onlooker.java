package dev.argyle.server.relay;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.LoopCounters;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tunnel's {@link Tap}, until it wants no more; both directions share it. A tap that fails is a
 * bug of ours that must not cost the tunnel: it is counted, logged, and not asked again.
 */
final class Onlooker {

  private static final Logger LOG = LoggerFactory.getLogger(Onlooker.class);

  private final LoopCounters counters;
  private @Nullable Tap tap;

  Onlooker(LoopCounters counters, @Nullable Tap tap) {
    this.counters = counters;
    this.tap = tap;
  }

  /** Whether octets have to be shown. */
  boolean looksOn() {
    return tap != null;
  }

  /** Shows octets from position to limit, if anybody looks on; both may be moved. */
  void show(boolean fromClient, ByteBuffer octets) {
    if (tap == null) {
      return;
    }
    try {
      if (!tap.sees(fromClient, octets)) {
        tap = null;
      }
    } catch (RuntimeException bug) {
      tap = null;
      counters.add(Counter.BUGS, 1);
      LOG.error("what looked on at a tunnel failed; this is a bug of Argyle's", bug);
    }
  }
}
