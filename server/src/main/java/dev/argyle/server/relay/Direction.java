package dev.argyle.server.relay;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.telemetry.Counter;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One way of a tunnel: octets from one socket to the other, and the end of the stream behind them.
 *
 * <p>Small exchanges are copied: one receive into the loop's buffer, one send. When receives keep
 * filling the buffer the direction goes over to splice, through a pipe of the loop's pool, and
 * comes back when they no longer do. What the reader does not take at once waits in the pipe, never
 * more than its capacity, and nothing more is received until it is gone: that is the back-pressure.
 *
 * <p>While somebody looks on ({@link Tap}), everything is copied.
 *
 * <p>Events are hints. EAGAIN from socket to pipe means that the pipe is full or that the socket is
 * empty, so it is only asked with an empty pipe. A receive shorter than the buffer means drained; a
 * spliced piece says nothing, for a pipe has few slots.
 */
final class Direction {

  /** What a turn came to. */
  enum Step {
    /** Nothing more can be done before an event. */
    WAITS,
    /** The budget is spent: go on in another turn of the loop, for no edge will come. */
    GOES_ON,
    /** The stream has ended and its end was passed on. */
    ENDED,
    /** {@link #from} failed with {@link #errno}. */
    SOURCE_FAILED,
    /** {@link #to} failed with {@link #errno}. */
    SINK_FAILED
  }

  /** Pieces moved in one turn, so that a busy tunnel lets the others have theirs. */
  static final int PIECES_A_TURN = 16;

  /** So many full receives in a row make a stream of it. */
  private static final int FULL_RECEIVES_FOR_SPLICE = 2;

  /** So many small pieces in a row make small exchanges of it. */
  private static final int SMALL_PIECES_FOR_COPY = 4;

  private static final int SMALL_OCTETS = 8 * 1024;

  /**
   * A spliced piece grows from the buffer size to so many times it while its reader keeps up: fewer
   * calls an octet (a quarter less CPU at 64 KiB, docs/performance.md). It is also the most that a
   * direction holds when the reader stops.
   */
  static final int PIECE_GROWTH = 4;

  /** What an unprivileged process may ask for (fs.pipe-max-size, its default). */
  private static final int LARGEST_PIPE_OCTETS = 1 << 20;

  final NativeSocket from;
  final NativeSocket to;
  private final int bufferOctets;
  private final Onlooker onlooker;
  private final boolean fromClient;

  private @Nullable Pipe pipe;
  private int inPipe;
  private int pieceOctets;
  private byte @Nullable [] behindPipe; // what a short pipe did not take; nearly always null
  private boolean splicing;
  private boolean spliceRefused;
  private int streak;
  private boolean sourceEnded;
  private boolean ended;
  private int errno;
  private boolean failedAtSink;
  private long received;
  private long sent;

  Direction(
      NativeSocket from, NativeSocket to, int bufferOctets, Onlooker onlooker, boolean fromClient) {
    this.from = from;
    this.to = to;
    this.bufferOctets = bufferOctets;
    this.pieceOctets = bufferOctets;
    this.onlooker = onlooker;
    this.fromClient = fromClient;
  }

  boolean ended() {
    return ended;
  }

  int errno() {
    return errno;
  }

  /** Octets taken from {@link #from} since the last call. */
  long takeReceived() {
    long octets = received;
    received = 0;
    return octets;
  }

  /** Octets given to {@link #to} since the last call. */
  long takeSent() {
    long octets = sent;
    sent = 0;
    return octets;
  }

  /** Puts octets that were received earlier before all others. */
  void begin(byte[] octets) {
    received += octets.length;
    onlooker.show(fromClient, ByteBuffer.wrap(octets));
    behindPipe = octets;
  }

  /** Moves what can be moved now. */
  Step pump(SpliceLoop loop) {
    Step step = pumpPieces(loop);
    if (pipe != null && inPipe == 0) {
      loop.pipes().giveBack(pipe);
      pipe = null;
    }
    return step;
  }

  private Step pumpPieces(SpliceLoop loop) {
    for (int pieces = 0; pieces < PIECES_A_TURN; pieces++) {
      if (!flush(loop)) {
        return errno == 0 ? Step.WAITS : Step.SINK_FAILED;
      }
      if (ended) {
        return Step.ENDED;
      }
      if (sourceEnded) {
        ended = true;
        // The sink may be gone by now: then its error is read elsewhere.
        loop.calls().shutdownOutput(to.intValue());
        return Step.ENDED;
      }
      if (!from.mayRead() || !to.mayWrite()) {
        return Step.WAITS;
      }
      if (splicing) {
        splicePiece(loop);
      } else {
        copyPiece(loop);
      }
      if (errno != 0) {
        return failedAtSink ? Step.SINK_FAILED : Step.SOURCE_FAILED;
      }
    }
    return Step.GOES_ON;
  }

  /** Sends what waits; false: it waits on, or {@link #errno} says why not. */
  private boolean flush(SpliceLoop loop) {
    while (inPipe > 0) {
      if (pipe == null || !to.mayWrite()) {
        return false;
      }
      long gone = loop.calls().splice(pipe.output(), to.intValue(), inPipe);
      if (Errno.interrupted(gone)) {
        continue;
      }
      if (gone <= 0) {
        return refusedBySink(gone);
      }
      inPipe -= (int) gone;
      countSent(loop, gone);
    }
    return behindPipe == null || flushBehindPipe(loop);
  }

  private boolean flushBehindPipe(SpliceLoop loop) {
    byte[] octets = behindPipe;
    int at = 0;
    while (octets != null && at < octets.length) {
      int length = Math.min(octets.length - at, SpliceLoop.BUFFER_OCTETS);
      loop.buffer().clear().put(octets, at, length);
      int gone =
          to.mayWrite()
              ? loop.calls().send(to.intValue(), loop.bufferAddress(), length)
              : -Errno.EAGAIN;
      if (Errno.interrupted(gone)) {
        continue;
      }
      if (gone <= 0) {
        behindPipe = Arrays.copyOfRange(octets, at, octets.length);
        return refusedBySink(gone);
      }
      at += gone;
      countSent(loop, gone);
    }
    behindPipe = null;
    return true;
  }

  private boolean refusedBySink(long answer) {
    if (answer == 0 || Errno.wouldBlock(answer)) {
      to.full();
      pieceOctets = bufferOctets; // a reader that falls behind is not fed more than it asked for
    } else {
      errno = (int) -answer;
      failedAtSink = true;
    }
    return false;
  }

  private void copyPiece(SpliceLoop loop) {
    Syscalls calls = loop.calls();
    int room = Math.min(bufferOctets, SpliceLoop.BUFFER_OCTETS);
    int got = calls.recv(from.intValue(), loop.bufferAddress(), room);
    if (got <= 0) {
      nothingFromSource(got);
      return;
    }
    countReceived(loop, got);
    if (onlooker.looksOn()) { // here and nowhere later: what waits for its reader was seen already
      onlooker.show(fromClient, loop.buffer().clear().limit(got));
    }
    if (got < room) {
      from.drained();
      streak = 0;
    } else if (++streak >= FULL_RECEIVES_FOR_SPLICE && !spliceRefused && !onlooker.looksOn()) {
      splicing = true;
      streak = 0;
    }
    int gone = calls.send(to.intValue(), loop.bufferAddress(), got);
    if (gone < 0 && !Errno.interrupted(gone)) {
      refusedBySink(gone);
      if (errno != 0) {
        return;
      }
    }
    int taken = Math.max(gone, 0);
    countSent(loop, taken);
    if (taken < got) { // not yet known to be full: the next send will tell
      keep(loop, taken, got - taken);
    }
  }

  /** Keeps what the sink did not take of the loop's buffer. */
  private void keep(SpliceLoop loop, int at, int length) {
    if (pipe == null) {
      pipe = loop.pipes().borrow(largestPiece());
    }
    int kept = 0;
    if (pipe != null) {
      kept = Math.max(0, loop.calls().write(pipe.input(), loop.bufferAddress() + at, length));
      inPipe += kept;
    }
    if (kept < length) { // a pipe of a page, or none
      byte[] rest = new byte[length - kept];
      loop.buffer().clear().position(at + kept).get(rest);
      behindPipe = rest;
    }
  }

  private void splicePiece(SpliceLoop loop) {
    if (pipe == null && !from.urgent()) {
      pipe = loop.pipes().borrow(largestPiece());
    }
    if (pipe == null || from.urgent()) {
      splicing = false;
      spliceRefused = true;
      return;
    }
    long got = loop.calls().splice(from.intValue(), pipe.input(), pieceOctets);
    if (Errno.isUnsupported(got)) { // not for this kind of socket, or not in this sandbox
      splicing = false;
      spliceRefused = true;
    } else if (got <= 0) {
      nothingFromSource((int) got);
    } else {
      inPipe = (int) got;
      countReceived(loop, got);
      // There was more: the next piece is larger, if the sink takes this one.
      if (got == pieceOctets) {
        pieceOctets = Math.min(2 * pieceOctets, largestPiece());
      }
      streak = got < SMALL_OCTETS ? streak + 1 : 0;
      if (streak >= SMALL_PIECES_FOR_COPY) {
        splicing = false;
        streak = 0;
      }
    }
  }

  private int largestPiece() {
    return Math.max(bufferOctets, Math.min(PIECE_GROWTH * bufferOctets, LARGEST_PIPE_OCTETS));
  }

  private void nothingFromSource(int answer) {
    if (answer == 0) {
      sourceEnded = true;
    } else if (Errno.wouldBlock(answer)) {
      from.empty();
    } else if (answer != -Errno.EINTR) {
      errno = -answer;
    }
  }

  private void countReceived(SpliceLoop loop, long octets) {
    received += octets;
    loop.counters().add(Counter.RELAY_READS, 1);
    loop.counters().add(Counter.RELAY_READ_OCTETS, octets);
  }

  private void countSent(SpliceLoop loop, long octets) {
    if (octets > 0) {
      sent += octets;
      loop.counters().add(Counter.RELAY_WRITES, 1);
      loop.counters().add(Counter.RELAY_WRITE_OCTETS, octets);
    }
  }

  /** Gives up what is held. */
  void release(SpliceLoop loop) {
    if (pipe != null) {
      if (inPipe == 0) {
        loop.pipes().giveBack(pipe);
      } else {
        loop.pipes().discard(pipe);
      }
      pipe = null;
    }
    behindPipe = null;
  }
}
