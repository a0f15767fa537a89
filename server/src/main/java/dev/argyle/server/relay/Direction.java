package dev.argyle.server.relay;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import org.jspecify.annotations.Nullable;

/**
 * One way of a tunnel: octets from one socket to the other, and the end of the stream behind them.
 * How octets are moved is the business of {@link PlainDirection} or {@link TransformedDirection}.
 *
 * <p>What the sink does not take waits, and nothing more is received until it is gone: that is the
 * back-pressure. Nothing is received that could not wait: on the heap that is bounded ({@link
 * TunnelMemory}).
 *
 * <p>Events are hints. A receive that is shorter than the buffer means that the socket is empty; a
 * spliced piece says nothing, for a pipe has few slots.
 */
abstract class Direction {

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

  /** What a piece costs of the budget at least: a call has its price, however little it moves. */
  static final int LEAST_COST_OCTETS = Splice.SMALL_OCTETS;

  /**
   * What a direction may always receive, whatever others hold: it would stand still else. So much
   * may come on top of the bound for each direction.
   */
  static final int LEAST_OCTETS = 1024;

  private static final int UNLIMITED = Integer.MAX_VALUE;

  final StreamSocket from;
  final StreamSocket to;
  final TapState tap;
  final TunnelMemory memory;
  final boolean fromClient;
  final int bufferOctets;

  byte @Nullable [] waiting; // to be sent before anything else
  private int waitingAt;
  int fullReceives; // in a row
  boolean sourceEnded;
  @Nullable Step failure;
  private boolean ended;
  private boolean moved;
  private int counted;

  /** What may be received until {@link #takeReceived}, where the account has a limit. */
  private int mayReceive = UNLIMITED;

  private int received;

  Direction(
      StreamSocket from,
      StreamSocket to,
      int bufferOctets,
      TapState tap,
      TunnelMemory memory,
      boolean fromClient) {
    this.memory = memory;
    this.from = from;
    this.to = to;
    this.bufferOctets = bufferOctets;
    this.tap = tap;
    this.fromClient = fromClient;
  }

  /** Puts octets that were received earlier before all others; before {@link #start}. */
  final void first(byte[] octets) {
    waiting = octets.length == 0 ? null : octets;
  }

  abstract void start(RelayLoop loop, Tunnel tunnel);

  /**
   * Moves what can be moved now.
   *
   * @param budgetOctets how much at most, to within a piece
   */
  abstract Step pump(RelayLoop loop, int budgetOctets);

  abstract boolean maySplice();

  /** Whether it moves bulk, as far as the last receives tell. */
  boolean streams() {
    return fullReceives > 0;
  }

  /** Whether it receives nothing until others have given memory back, of which no event tells. */
  boolean waitsForMemory() {
    return false;
  }

  /** Why the tunnel has to be broken off; null: nothing is wrong. */
  @Nullable EndReason transformFailure() {
    return null;
  }

  /** Whether the stream has ended, and its end was passed on. */
  final boolean hasEnded() {
    return ended;
  }

  /** Whether octets of the stream are here, or wait at the source, and are not sent yet. */
  boolean isUnderWay() {
    return waiting != null || (!sourceEnded && from.mayRead()) || (sourceEnded && !ended);
  }

  /** Whether nothing is here that is to be sent, octets or the end of the stream, for certain. */
  boolean holdsNothing() {
    return waiting == null && sourceEnded == ended;
  }

  /** Gives up what is held. */
  void release() {
    waiting = null;
  }

  /** No more than so many octets are received from now on. */
  final void receiveAtMost(int octets) {
    mayReceive = octets;
    received = 0;
  }

  /** How many were received since {@link #receiveAtMost}. */
  final int takeReceived() {
    return received;
  }

  /** What may still be received. */
  final int mayReceive() {
    return mayReceive;
  }

  /** Octets that were received earlier, before the tunnel began. */
  final int firstOctets() {
    byte[] first = waiting;
    return first == null ? 0 : first.length;
  }

  /** Whether octets may be there, and something can be done with them. */
  abstract boolean mayMove();

  /** The octets that the owner counts, plain ones, since the last call. */
  final int takeCounted() {
    int octets = counted;
    counted = 0;
    return octets;
  }

  /** Whether octets were received or sent since the last call. */
  final boolean takeMoved() {
    boolean was = moved;
    moved = false;
    return was;
  }

  final Step end() {
    if (!ended) {
      ended = true;
      to.endOutput(); // it may be broken by now: then its error is read elsewhere
    }
    return Step.ENDED;
  }

  /** What a receive takes at most. */
  final int mostOctets() {
    return Math.min(Math.min(bufferOctets, SocketLoop.BUFFER_OCTETS), mayReceive);
  }

  /** Receives up to so many octets into the loop's buffer; 0: no octets. */
  final int receive(RelayLoop loop, int room) {
    int got = received(loop, from.receive(0, room));
    noteFull(got, room);
    return got;
  }

  final void noteFull(int got, int room) {
    if (got > 0) {
      boolean isPiece = room >= LEAST_COST_OCTETS || mayReceive == UNLIMITED;
      fullReceives = got < room || !isPiece ? 0 : fullReceives + 1;
    }
  }

  /** What a receive answered; 0: no octets. */
  final int received(RelayLoop loop, int answer) {
    if (answer > 0) {
      moved = true;
      if (mayReceive != UNLIMITED) {
        received += answer;
        mayReceive = Math.max(0, mayReceive - answer);
      }
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

  /** Sends what waits; false: the sink does not take it all, or has failed. */
  final boolean flushWaiting(RelayLoop loop) {
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
    sentWhatWaited(octets.length);
    return true;
  }

  /** The octets that waited are gone. */
  void sentWhatWaited(int octets) {}

  final boolean refusedBySink(int answer) {
    if (answer < 0 && !Errno.wouldBlock(answer)) {
      failure = Step.SINK_FAILED;
    }
    return false;
  }

  void countSent(RelayLoop loop, int octets) {
    if (octets > 0) {
      moved = true;
      loop.counters().add(Counter.RELAY_WRITES, 1);
      loop.counters().add(Counter.RELAY_WRITE_OCTETS, octets);
    }
  }

  /** The owner counts what the client's side receives and sends. */
  final void countPlain(boolean received, int octets) {
    if (received == fromClient) {
      counted += octets;
    }
  }
}
