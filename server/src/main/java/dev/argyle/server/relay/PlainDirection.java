package dev.argyle.server.relay;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxStreamSocket;
import dev.argyle.server.net.StreamSocket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Direction} whose octets pass as they are.
 *
 * <p>Octets are copied: one receive into the loop's buffer, one send. What the reader does not take
 * at once waits, one buffer at most. Between two sockets of Linux, when receives keep filling the
 * buffer or a reader falls behind, the direction goes over to {@link Splice}, where octets wait in
 * a pipe, and comes back when pieces become small; otherwise they wait on the heap. While somebody
 * sees the octets ({@link Tap}), everything is copied.
 */
final class PlainDirection extends Direction {

  /** After that many full receives in a row it is a stream. */
  private static final int FULL_RECEIVES_FOR_SPLICE = 2;

  private @Nullable Splice splice;
  private boolean maySplice;

  PlainDirection(
      StreamSocket from, StreamSocket to, int bufferOctets, TapState tap, boolean fromClient) {
    super(from, to, bufferOctets, tap, fromClient);
    this.maySplice = from instanceof LinuxStreamSocket && to instanceof LinuxStreamSocket;
  }

  @Override
  boolean maySplice() {
    return maySplice;
  }

  @Override
  boolean streams() {
    return splice != null || super.streams();
  }

  @Override
  void start(RelayLoop loop, Tunnel tunnel) {
    byte[] first = waiting;
    if (first != null) {
      countPlain(true, first.length);
      tap.show(fromClient, ByteBuffer.wrap(first));
    }
  }

  @Override
  Step pump(RelayLoop loop, int budgetOctets) {
    Step step = pumpPieces(loop, budgetOctets);
    if (splice != null) {
      splice.giveBack();
    }
    return step;
  }

  private Step pumpPieces(RelayLoop loop, int budgetOctets) {
    int left = budgetOctets;
    while (true) {
      if (!flush(loop)) {
        return failure == null ? Step.WAITS : failure;
      }
      if (sourceEnded) {
        return end();
      }
      if (!from.mayRead() || !to.mayWrite()) {
        return Step.WAITS;
      }
      if (left <= 0) {
        return Step.HAS_MORE;
      }
      int octets = splice == null ? copyPiece(loop) : splicePiece(loop, splice);
      if (failure != null) {
        return failure;
      }
      left -= Math.max(octets, LEAST_COST_OCTETS);
    }
  }

  /** Sends what waits; false: the sink does not take it all, or has failed. */
  private boolean flush(RelayLoop loop) {
    return (splice == null || flushPipe(loop, splice)) && flushWaiting(loop);
  }

  private boolean flushPipe(RelayLoop loop, Splice by) {
    while (!by.isEmpty()) {
      if (!to.mayWrite()) {
        return false;
      }
      int gone = by.send((LinuxStreamSocket) to);
      if (gone > 0) {
        countSent(loop, gone);
      } else if (!Errno.interrupted(gone)) {
        return refusedBySink(gone);
      }
    }
    if (by.isSlow()) {
      stopSplicing(by);
    }
    return true;
  }

  private int copyPiece(RelayLoop loop) {
    int got = receive(loop);
    if (got == 0) {
      return 0;
    }
    countPlain(true, got);
    if (tap.wantsMore()) { // here and nowhere later: what waits for its reader was seen already
      tap.show(fromClient, loop.buffer().clear().limit(got));
    }
    PipePool pipes = loop.pipes();
    if (fullReceives >= FULL_RECEIVES_FOR_SPLICE && pipes != null && maySpliceNow()) {
      splice = new Splice(pipes, bufferOctets);
      fullReceives = 0;
    }
    int gone = to.send(0, got);
    if (gone < 0 && !Errno.interrupted(gone)) {
      refusedBySink(gone);
      if (failure != null) {
        return got;
      }
    }
    int taken = Math.max(gone, 0);
    countSent(loop, taken);
    if (taken < got) { // not yet known to be full: the next send will tell
      park(loop, taken, got - taken);
    }
    return got;
  }

  private boolean maySpliceNow() {
    return maySplice && !tap.wantsMore();
  }

  /**
   * Keeps what the sink did not take of the loop's buffer: in a pipe, which is the kernel's memory,
   * or on the heap if there is none, or only a short one.
   */
  private void park(RelayLoop loop, int at, int length) {
    PipePool pipes = loop.pipes();
    int parked = 0;
    if (pipes != null && maySpliceNow()) {
      Splice by = splice == null ? new Splice(pipes, bufferOctets) : splice;
      splice = by;
      parked = by.park(at, length);
    }
    if (parked < length) {
      waiting = new byte[length - parked];
      loop.buffer().clear().position(at + parked).get(waiting);
    }
  }

  private int splicePiece(RelayLoop loop, Splice by) {
    LinuxStreamSocket source = (LinuxStreamSocket) from;
    int answer = source.urgent() ? -Errno.EINVAL : by.receive(source);
    if (answer == -Errno.EMFILE || Errno.isUnsupported(answer)) {
      // No pipe, not for this kind of socket, not in this sandbox, or not past urgent data.
      maySplice = false;
      stopSplicing(by);
      return 0;
    }
    int got = received(loop, answer);
    if (got > 0) {
      countPlain(true, got);
    }
    return got;
  }

  private void stopSplicing(Splice by) {
    by.release();
    splice = null;
    fullReceives = 0;
  }

  @Override
  void countSent(RelayLoop loop, int octets) {
    super.countSent(loop, octets);
    countPlain(false, octets);
  }

  @Override
  void release() {
    super.release();
    if (splice != null) {
      splice.release();
      splice = null;
    }
  }
}
