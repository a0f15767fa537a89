package dev.argyle.server.session;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.Writable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that was refused, while it may read the answer. What it still sends is read and thrown
 * away: closing a socket with unread octets makes a reset, which would overtake the answer.
 */
final class RefusalStage implements Stage, LoopTurns.Turn {

  /** How long a refused client may take to read the answer; RFC 1928, section 6, allows 10 s. */
  private static final int LINGER_SECONDS = 5;

  static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(LINGER_SECONDS);

  /** How much of a refused client is read and thrown away at most. */
  static final long LINGER_OCTETS = 4L << 20;

  private final ClientSession session;
  private final Ending why;
  private final long deadlineNanos;
  private long discarded;
  private boolean queued;

  private RefusalStage(ClientSession session, Ending why, long deadlineNanos) {
    this.session = session;
    this.why = why;
    this.deadlineNanos = deadlineNanos;
  }

  /**
   * Sends an answer, and waits for the client to close.
   *
   * @param patientUntil the client closes first (RFC 1928, section 3), and has until then; null: we
   *     end our side of the stream, and wait {@value #LINGER_SECONDS} s
   */
  static void refuse(
      ClientSession session, Writable answer, Ending why, @Nullable Long patientUntil) {
    if (!session.send(answer)) {
      session.finish(why);
      return;
    }
    if (patientUntil == null) {
      session.socket.endOutput();
    }
    long deadlineNanos = patientUntil == null ? System.nanoTime() + LINGER_NANOS : patientUntil;
    RefusalStage stage = new RefusalStage(session, why, deadlineNanos);
    session.holds(0);
    session.enter(stage);
    stage.ready();
  }

  @Override
  public void ready() {
    if (!queued) {
      discard();
    }
  }

  @Override
  public void turn() {
    queued = false;
    discard();
  }

  private void discard() {
    int room = SocketLoop.BUFFER_OCTETS;
    for (int share = session.loop.sockets().turns().shareOctets(); share > 0; share -= room) {
      if (!session.isIn(this) || !session.socket.mayRead()) {
        return;
      }
      int got = session.socket.receive(0, room);
      if (Errno.wouldBlock(got)) {
        return;
      }
      discarded += got;
      if (got <= 0 || discarded > LINGER_OCTETS) {
        session.finish(why);
        return;
      }
    }
    queued = true;
    session.loop.sockets().turns().later(this);
  }

  @Override
  public void sweep(long nowNanos) {
    if (nowNanos - deadlineNanos >= 0) {
      session.finish(why);
    }
  }

  @Override
  public void end(Ending reason) {
    session.finish(reason);
  }

  /** It was refused already, and is reading why. */
  @Override
  public void accountEnded(Ending reason) {}

  @Override
  public void leave(EndReason reason, long nowNanos) {}

  @Override
  public void onBug(Throwable bug) {
    session.onBug(bug);
  }
}
