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
 *
 * <p>When no more may wait on the heap, octets are looked at, sent, and then received as far as the
 * sink took them, so that nothing has to wait. That takes three calls, not two, and needs sockets
 * that can be looked at; with others ({@link StreamSocket#looksInPlace}) little is received.
 */
final class PlainDirection extends Direction {

  /** After that many full receives in a row it is a stream. */
  private static final int FULL_RECEIVES_FOR_SPLICE = 2;

  private @Nullable Splice splice;
  private boolean maySplice;
  private int parkedOctets; // on the heap
  private int owedOctets; // were sent, and are still to be received

  PlainDirection(
      StreamSocket from,
      StreamSocket to,
      int bufferOctets,
      TapState tap,
      TunnelMemory memory,
      boolean fromClient) {
    super(from, to, bufferOctets, tap, memory, fromClient);
    this.maySplice = from instanceof LinuxStreamSocket && to instanceof LinuxStreamSocket;
  }

  @Override
  boolean maySplice() {
    return maySplice;
  }

  @Override
  boolean mayMove() {
    return !sourceEnded && from.mayRead() && to.mayWrite();
  }

  @Override
  boolean streams() {
    return splice != null || super.streams();
  }

  @Override
  boolean isUnderWay() {
    return super.isUnderWay() || (splice != null && !splice.isEmpty());
  }

  @Override
  boolean holdsNothing() {
    return super.holdsNothing() && (splice == null || splice.isEmpty()) && owedOctets == 0;
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
      if (!flush(loop) || !receiveOwed(loop)) {
        return failure == null ? Step.WAITS : failure;
      }
      if (sourceEnded) {
        return end();
      }
      if (!from.mayRead() || !to.mayWrite()) {
        return Step.WAITS;
      }
      if (left <= 0 || mayReceive() == 0) {
        return Step.HAS_MORE;
      }
      int octets = splice == null ? copyPiece(loop) : splicePiece(loop, splice, left);
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
    int most = mostOctets();
    int room = memory.heapRoom(most);
    if (room < most) {
      loop.heapIsShort();
      if (from.looksInPlace()) {
        return lookedAtPiece(loop, most);
      }
      room = Math.max(room, Math.min(most, LEAST_OCTETS));
    }
    int got = receive(loop, room);
    if (got == 0) {
      return 0;
    }
    countPlain(true, got);
    show(loop, got);
    startSplicing(loop);
    int gone = send(loop, got);
    if (failure == null && gone < got) { // not yet known to be full: the next send will tell
      park(loop, gone, got - gone);
    }
    return got;
  }

  /** Sends what can be seen, and receives what was sent: nothing is left over. */
  private int lookedAtPiece(RelayLoop loop, int most) {
    int seen = from.peek(0, most);
    if (seen <= 0) {
      received(loop, seen);
      return 0;
    }
    noteFull(seen, most);
    startSplicing(loop);
    int gone = send(loop, seen);
    if (gone > 0) {
      show(loop, gone);
      owedOctets = gone;
      receiveOwed(loop);
    }
    return seen;
  }

  /** Receives what was sent already; false: not all of it, which no socket answers by itself. */
  private boolean receiveOwed(RelayLoop loop) {
    while (owedOctets > 0) {
      int answer = from.receive(0, owedOctets);
      if (Errno.interrupted(answer)) {
        continue;
      }
      int got = received(loop, answer);
      if (got == 0) {
        return false;
      }
      owedOctets -= got;
      countPlain(true, got);
    }
    return true;
  }

  /** Here and nowhere later: what waits for its reader was seen already. */
  private void show(RelayLoop loop, int octets) {
    if (tap.wantsMore()) {
      tap.show(fromClient, loop.buffer().clear().limit(octets));
    }
  }

  /** Goes over to splicing if this is a stream, and there is a pipe for it. */
  private void startSplicing(RelayLoop loop) {
    PipePool pipes = loop.pipes();
    if (fullReceives >= FULL_RECEIVES_FOR_SPLICE
        && pipes != null
        && maySpliceNow()
        && !from.urgent()) {
      fullReceives = 0;
      splice = Splice.begin(pipes, memory.pipeShare(), bufferOctets);
    }
  }

  /** How many octets of the loop's buffer the sink took. */
  private int send(RelayLoop loop, int octets) {
    int gone = to.send(0, octets);
    if (gone < 0 && !Errno.interrupted(gone)) {
      refusedBySink(gone);
    }
    int taken = Math.max(gone, 0);
    countSent(loop, taken);
    return taken;
  }

  private boolean maySpliceNow() {
    return maySplice && !tap.wantsMore();
  }

  /**
   * Keeps what the sink did not take of the loop's buffer: in a pipe, which is the kernel's memory,
   * or on the heap if there is none.
   */
  private void park(RelayLoop loop, int at, int length) {
    PipePool pipes = loop.pipes();
    if (splice == null && pipes != null && maySpliceNow()) {
      splice = Splice.begin(pipes, memory.pipeShare(), bufferOctets);
    }
    int inPipe = splice == null ? 0 : splice.park(at, length);
    if (inPipe < length) {
      byte[] rest = new byte[length - inPipe];
      loop.buffer().clear().position(at + inPipe).get(rest);
      waiting = rest;
      parkedOctets = rest.length;
      memory.heap(parkedOctets);
    }
  }

  @Override
  void sentWhatWaited(int octets) {
    memory.heap(-parkedOctets);
    parkedOctets = 0;
  }

  private int splicePiece(RelayLoop loop, Splice by, int mostOctets) {
    LinuxStreamSocket source = (LinuxStreamSocket) from;
    if (source.urgent()) { // a receive gets past urgent data, and splice does not
      stopSplicing(by);
      return 0;
    }
    int answer = by.receive(source, mostOctets, mayReceive());
    if (answer == -Errno.EMFILE || Errno.isUnsupported(answer)) {
      maySplice = answer == -Errno.EMFILE; // no pipe now; or never for this socket, or here
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
    sentWhatWaited(0);
    if (splice != null) {
      splice.release();
      splice = null;
    }
  }
}
