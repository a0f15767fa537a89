package dev.argyle.server.session;

import dev.argyle.server.relay.Tap;
import dev.argyle.server.telemetry.LiveConnection;
import org.jspecify.annotations.Nullable;

/** Decides who looks on at a tunnel. Called by every loop. */
@FunctionalInterface
public interface Taps {

  /** Nobody looks on, ever. */
  Taps NONE = connection -> null;

  /** Who looks on at the tunnel that {@code connection} is about to get, or null. */
  @Nullable Tap tap(LiveConnection connection);
}
