package dev.argyle.server.relay;

import dev.argyle.server.telemetry.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * What a loop looks at now and then, for deadlines that need no timer of their own. Belongs to its
 * loop.
 */
public abstract class Swept {

  @Nullable Swept previous;
  @Nullable Swept next;

  /** Called once every selector timeout, on the loop; may leave the sweep. Must not throw. */
  protected abstract void sweep(long nowNanos);

  /** Ends it, on the loop. */
  protected abstract void end(EndReason reason);
}
