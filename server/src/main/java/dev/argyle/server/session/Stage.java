package dev.argyle.server.session;

import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;

/**
 * Where a {@link ClientSession} is in its life: {@link HandshakeStage}, {@link CommandStage}, then
 * {@link TunnelStage} or, for datagrams, {@link AssociationStage}; or {@link RefusalStage}. Belongs
 * to the session's loop.
 */
interface Stage {

  /** Something may be possible on the client's socket. */
  void ready();

  /** Looks at deadlines; called once every selector timeout. */
  void sweep(long nowNanos);

  /**
   * When payload last passed, by {@link System#nanoTime}; {@code startNanos} where none has. Any
   * thread asks, so it is an instant late at most.
   */
  default long lastActiveNanos(long startNanos) {
    return startNanos;
  }

  /** Its account has limits from now on, and had none before. */
  default void limit(AccountRates rates) {}

  /** Ends the session for a reason that is not the client's: killed, drained, a bug. */
  void end(Ending why);

  /** Its account cannot be used any more: expired, out of hours, its quota spent. */
  default void accountEnded(Ending why) {
    end(why);
  }

  /**
   * The session is over: what this stage holds open is closed, and nobody is told.
   *
   * @param nowNanos by {@link System#nanoTime}
   */
  void leave(EndReason why, long nowNanos);
}
