package dev.argyle.server.session;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.session.command.RunningCommand;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;

/**
 * A client whose datagrams are relayed, as long as its control connection is open (RFC 1928,
 * section 7). What it sends there means nothing, but that it ends.
 */
final class AssociationStage implements Stage, LoopTurns.Turn {

  /** Receives of what is ignored, before others have their turn. */
  private static final int RECEIVES = 4;

  private final ClientSession session;
  private final RunningCommand command;
  private boolean queued;

  AssociationStage(ClientSession session, RunningCommand command) {
    this.session = session;
    this.command = command;
  }

  @Override
  public void ready() {
    if (!queued) {
      ignoreInput();
    }
  }

  @Override
  public void turn() {
    queued = false;
    ignoreInput();
  }

  private void ignoreInput() {
    for (int receive = 0; receive < RECEIVES; receive++) {
      if (!session.isIn(this) || !session.socket.mayRead()) {
        return;
      }
      int got = session.socket.receive(0, SocketLoop.BUFFER_OCTETS);
      if (got <= 0 && !Errno.wouldBlock(got)) {
        session.finish(Ending.of(got == 0 ? EndReason.DONE : EndReason.RESET_BY_CLIENT));
      }
    }
    queued = true;
    session.loop.sockets().turns().later(this);
  }

  @Override
  public void sweep(long nowNanos) {
    command.sweep(nowNanos);
  }

  @Override
  public long lastActiveNanos(long startNanos) {
    return command.lastActiveNanos(startNanos);
  }

  @Override
  public void limit(AccountRates rates) {
    command.limit(rates);
  }

  @Override
  public void end(Ending why) {
    session.finish(why);
  }

  @Override
  public void leave(EndReason why, long nowNanos) {
    command.cancel();
  }

  @Override
  public void onBug(Throwable bug) {
    session.onBug(bug);
  }
}
