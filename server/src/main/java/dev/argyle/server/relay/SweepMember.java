package dev.argyle.server.relay;

import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Sweep} visits, for deadlines that need no timer of their own. Belongs to its loop.
 */
public abstract class SweepMember implements Supervised {

  @Nullable SweepMember previous;
  @Nullable SweepMember next;

  /** Called once every selector timeout, on the loop; may leave the sweep. */
  protected abstract void sweep(long nowNanos);

  /** Ends it, on the loop. */
  protected abstract void end(EndReason reason);
}
