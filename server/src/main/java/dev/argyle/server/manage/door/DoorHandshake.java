package dev.argyle.server.manage.door;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.admission.BrowserOctets;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.Tally;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The place of one connection at a door, and what its client owes if it does not log in. Belongs to
 * the connection's loop.
 */
final class DoorHandshake {

  private final Admitted admitted;
  private final Tally counters;
  private final long begunNanos = System.nanoTime();
  private boolean spoke;
  private boolean over; // logged in, or noted why not
  private @Nullable ScheduledFuture<?> deadline;

  DoorHandshake(Admitted admitted, Tally counters) {
    this.admitted = admitted;
    this.counters = counters;
  }

  /**
   * Closes the connection when {@link Conversation#HANDSHAKE_TIMEOUT} has passed.
   *
   * @param waits whether it is the client that is waited for; else the time begins anew
   */
  void setDeadline(ChannelHandlerContext context, BooleanSupplier waits) {
    deadline =
        context
            .executor()
            .schedule(
                () -> {
                  if (waits.getAsBoolean()) {
                    late();
                    context.close();
                  } else {
                    setDeadline(context, waits);
                  }
                },
                Conversation.HANDSHAKE_TIMEOUT.toNanos(),
                TimeUnit.NANOSECONDS);
  }

  void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  /** A message of the protocol was taken. */
  void spoke() {
    spoke = true;
  }

  /** The client may make requests. */
  void authenticated() {
    over = true;
    admitted.authenticated();
  }

  /** Its credentials were judged; whoever counts those has noted them. */
  void judged() {
    over = true;
  }

  /**
   * What came is not the protocol.
   *
   * @param octets from the message's begin
   */
  void malformed(ByteBuffer octets) {
    if (over) {
      return;
    }
    over = true;
    if (!spoke && BrowserOctets.begin(octets)) {
      Ending why = new Ending(EndReason.PROTOCOL_ERROR, "a browser's request");
      admitted.spokeAnotherProtocol(why, counters);
    } else {
      admitted.handshakeFailed(Ending.of(EndReason.PROTOCOL_ERROR), counters);
    }
  }

  private void late() {
    if (!over) {
      over = true;
      admitted.handshakeFailed(Ending.of(EndReason.HANDSHAKE_TIMEOUT), counters);
    }
  }

  /** The client has ended its stream, though no answer of ours was due. */
  void leftAlone() {
    if (!over) {
      over = true;
      admitted.leftBeforeRequest(System.nanoTime() - begunNanos, counters);
    }
  }

  /** The connection has ended. */
  void end() {
    cancelDeadline();
    admitted.leaves();
  }
}
