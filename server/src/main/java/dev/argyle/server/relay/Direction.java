package dev.argyle.server.relay;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxStreamSocket;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One way of a tunnel: octets from one socket to the other, and the end of the stream behind them.
 *
 * <p>Octets are copied: one receive into the loop's buffer, one send. What the reader does not take
 * at once waits, one buffer at most, and nothing more is received until it is gone: that is the
 * back-pressure. Between two sockets of Linux, when receives keep filling the buffer or a reader
 * falls behind, the direction goes over to {@link Splice}, where octets wait in a pipe, and comes
 * back when pieces become small; otherwise they wait on the heap. While somebody sees the octets
 * ({@link Tap}), everything is copied.
 *
 * <p>With a {@link Transform}, octets are received as long as it takes more, and what comes out of
 * it is sent; the back-pressure is the transform's.
 *
 * <p>Events are hints. A receive that is shorter than the buffer means that the socket is empty; a
 * spliced piece says nothing, for a pipe has few slots.
 */
final class Direction {

  /** What pumping came to. */
  enum Step {
    /** Nothing more can be done before an event, or before the transform is ready. */
    WAITS,
    /** The budget is spent: another turn is needed, for no event will come. */
    HAS_MORE,
    /** The stream has ended and its end was passed on. */
    ENDED,
    /** {@link #from} is broken. */
    SOURCE_FAILED,
    /** {@link #to} is broken. */
    SINK_FAILED,
    /** The transform does not go on: {@link #transformFailure}. */
    TRANSFORM_FAILED
  }

  /** After that many full receives in a row it is a stream. */
  private static final int FULL_RECEIVES_FOR_SPLICE = 2;

  /** What a piece costs of the budget at least: a call has its price, however little it moves. */
  private static final int LEAST_COST_OCTETS = Splice.SMALL_OCTETS;

  final StreamSocket from;
  final StreamSocket to;
  private final int bufferOctets;
  private final TapState tap;
  private final boolean fromClient;
  private final @Nullable Transform transform;

  private @Nullable Splice splice;
  private byte @Nullable [] waiting; // what the sink did not take, or a chunk of the transform
  private int waitingAt;
  private int chunkPlainOctets;
  private boolean maySplice;
  private int fullReceives;
  private boolean sourceEnded;
  private boolean ended;
  private @Nullable Step failure;
  private int counted;
  private boolean moved;

  Direction(
      StreamSocket from,
      StreamSocket to,
      int bufferOctets,
      TapState tap,
      boolean fromClient,
      @Nullable Transform transform) {
    this.from = from;
    this.to = to;
    this.bufferOctets = bufferOctets;
    this.tap = tap;
    this.fromClient = fromClient;
    this.transform = transform;
    this.maySplice =
        transform == null && from instanceof LinuxStreamSocket && to instanceof LinuxStreamSocket;
  }

  boolean maySplice() {
    return maySplice;
  }

  /** Whether it moves bulk, as far as the last receives tell. */
  boolean streams() {
    return splice != null || fullReceives > 0;
  }

  /** The octets that the owner counts, plain ones, since the last call. */
  int takeCounted() {
    int octets = counted;
    counted = 0;
    return octets;
  }

  /** Whether octets were received or sent since the last call. */
  boolean takeMoved() {
    boolean was = moved;
    moved = false;
    return was;
  }

  EndReason transformFailure() {
    return requireNonNull(requireNonNull(transform).failure());
  }

  /** Puts octets that were received earlier before all others. */
  void first(byte[] octets) {
    waiting = octets.length == 0 ? null : octets;
  }

  void start(RelayLoop loop, Tunnel tunnel) {
    byte[] first = waiting;
    if (transform != null) {
      transform.start(loop.eventLoop(), tunnel, tunnel::askForTurn);
    }
    if (first == null) {
      return;
    }
    if (transform != null) {
      waiting = null;
      transform.take(ByteBuffer.wrap(first));
    } else {
      countPlain(true, first.length);
      tap.show(fromClient, ByteBuffer.wrap(first));
    }
  }

  /**
   * Moves what can be moved now.
   *
   * @param budgetOctets how much at most, to within a piece
   */
  Step pump(RelayLoop loop, int budgetOctets) {
    if (transform != null) {
      return pump(loop, transform, budgetOctets);
    }
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

  private Step end() {
    if (!ended) {
      ended = true;
      to.endOutput(); // it may be broken by now: then its error is read elsewhere
    }
    return Step.ENDED;
  }

  /** Sends what waits; false: the sink does not take it all, or has failed. */
  private boolean flush(RelayLoop loop) {
    return (splice == null || flushPipe(loop, splice)) && flushWaiting(loop);
  }

  private boolean flushWaiting(RelayLoop loop) {
    byte[] octets = waiting;
    if (octets == null) {
      return true;
    }
    while (waitingAt < octets.length) {
      if (!to.mayWrite()) {
        return false;
      }
      int length = Math.min(octets.length - waitingAt, SocketLoop.BUFFER_OCTETS);
      loop.buffer().clear().put(octets, waitingAt, length);
      int gone = to.send(0, length);
      if (gone > 0) {
        waitingAt += gone;
        countSent(loop, gone);
      } else if (!Errno.interrupted(gone)) {
        return refusedBySink(gone);
      }
    }
    waiting = null;
    waitingAt = 0;
    return true;
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

  private boolean refusedBySink(int answer) {
    if (answer < 0 && !Errno.wouldBlock(answer)) {
      failure = Step.SINK_FAILED;
    }
    return false;
  }

  private int copyPiece(RelayLoop loop) {
    int room = Math.min(bufferOctets, SocketLoop.BUFFER_OCTETS);
    int got = received(loop, from.receive(0, room));
    if (got <= 0) {
      return 0;
    }
    countPlain(true, got);
    if (tap.wantsMore()) { // here and nowhere later: what waits for its reader was seen already
      tap.show(fromClient, loop.buffer().clear().limit(got));
    }
    fullReceives = got < room ? 0 : fullReceives + 1;
    PipePool pipes = loop.pipes();
    if (fullReceives >= FULL_RECEIVES_FOR_SPLICE
        && maySplice
        && !tap.wantsMore()
        && pipes != null) {
      splice = new Splice(pipes, bufferOctets);
      fullReceives = 0;
    }
    int gone = to.send(0, got);
    if (gone < 0 && !Errno.interrupted(gone)) {
      refusedBySink(gone);
    }
    int taken = Math.max(gone, 0);
    countSent(loop, taken);
    if (taken < got) { // not yet known to be full: the next send will tell
      park(loop, taken, got - taken);
    }
    return got;
  }

  /**
   * Keeps what the sink did not take of the loop's buffer: in a pipe, which is the kernel's memory,
   * or on the heap if there is none, or only a short one.
   */
  private void park(RelayLoop loop, int at, int length) {
    PipePool pipes = loop.pipes();
    int parked = 0;
    if (pipes != null && maySplice && !tap.wantsMore()) {
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

  /** What a receive answered; 0: no octets. */
  private int received(RelayLoop loop, int answer) {
    if (answer > 0) {
      moved = true;
      loop.counters().add(Counter.RELAY_READS, 1);
      loop.counters().add(Counter.RELAY_READ_OCTETS, answer);
      return answer;
    }
    if (answer == 0) {
      sourceEnded = true;
    } else if (!Errno.wouldBlock(answer) && !Errno.interrupted(answer)) {
      failure = Step.SOURCE_FAILED;
    }
    return 0;
  }

  private void countSent(RelayLoop loop, int octets) {
    if (octets > 0) {
      moved = true;
      loop.counters().add(Counter.RELAY_WRITES, 1);
      loop.counters().add(Counter.RELAY_WRITE_OCTETS, octets);
      if (transform == null) {
        countPlain(false, octets);
      }
    }
  }

  /** The owner counts what the client's side receives and sends. */
  private void countPlain(boolean received, int octets) {
    if (received == fromClient) {
      counted += octets;
    }
  }

  // With a transform.

  private Step pump(RelayLoop loop, Transform by, int budgetOctets) {
    int left = budgetOctets;
    while (true) {
      boolean allSent = sendChunks(loop, by);
      if (failure != null) {
        return failure;
      }
      if (by.failure() != null) {
        return Step.TRANSFORM_FAILED;
      }
      if (allSent && by.ended()) {
        return end();
      }
      if (sourceEnded || !from.mayRead() || !by.wantsMore()) {
        return Step.WAITS;
      }
      if (left <= 0) {
        return Step.HAS_MORE;
      }
      left -= Math.max(receive(loop, by), LEAST_COST_OCTETS);
    }
  }

  /** Sends what has come out of the transform; false: the sink does not take it all. */
  private boolean sendChunks(RelayLoop loop, Transform by) {
    while (flushWaiting(loop)) {
      countPlain(false, chunkPlainOctets);
      chunkPlainOctets = 0;
      Transform.Chunk chunk = by.next();
      if (chunk == null) {
        return true;
      }
      waiting = chunk.octets();
      chunkPlainOctets = chunk.plainOctets();
      if (fromClient) {
        countPlain(true, chunkPlainOctets);
        tap.show(true, ByteBuffer.wrap(chunk.octets()));
      }
    }
    return false;
  }

  private int receive(RelayLoop loop, Transform by) {
    int room = Math.min(bufferOctets, SocketLoop.BUFFER_OCTETS);
    int got = received(loop, from.receive(0, room));
    if (got > 0) {
      fullReceives = got < room ? 0 : 1;
      if (!fromClient) {
        tap.show(false, loop.buffer().clear().limit(got));
      }
      by.take(loop.buffer().clear().limit(got));
    } else if (sourceEnded) {
      by.endInput();
    }
    return got;
  }

  /** Gives up what is held. */
  void release() {
    waiting = null;
    if (splice != null) {
      splice.release();
      splice = null;
    }
    if (transform != null) {
      transform.close();
    }
  }
}
