package dev.argyle.server.relay;

import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.EndReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Direction} with a {@link Transform}. Octets are received as long as it takes more, and
 * what comes out of it is sent; the back-pressure is the transform's. All that it holds is on the
 * heap. If no more may be held, it receives little, and nothing while it holds some.
 */
final class TransformedDirection extends Direction {

  private final Transform by;
  private int chunkPlainOctets; // of what waits
  private int heldOctets; // as they were counted last
  private boolean waitsForMemory;

  TransformedDirection(
      StreamSocket from,
      StreamSocket to,
      int bufferOctets,
      TapState tap,
      TunnelMemory memory,
      boolean fromClient,
      Transform by) {
    super(from, to, bufferOctets, tap, memory, fromClient);
    this.by = by;
  }

  @Override
  boolean maySplice() {
    return false;
  }

  @Override
  boolean mayMove() {
    return !sourceEnded && from.mayRead() && by.wantsMore();
  }

  @Override
  @Nullable EndReason transformFailure() {
    return by.failure();
  }

  @Override
  boolean isUnderWay() {
    return super.isUnderWay() || by.heldOctets() > 0;
  }

  @Override
  boolean holdsNothing() {
    return false; // what the transform has done meanwhile is not asked
  }

  @Override
  void start(RelayLoop loop, Tunnel tunnel) {
    by.start(loop.eventLoop(), tunnel, tunnel::askForTurn);
    byte[] first = waiting;
    if (first != null) {
      waiting = null;
      by.take(ByteBuffer.wrap(first));
    }
  }

  @Override
  boolean waitsForMemory() {
    return waitsForMemory;
  }

  @Override
  Step pump(RelayLoop loop, int budgetOctets) {
    waitsForMemory = false;
    Step step = pumpPieces(loop, budgetOctets);
    count();
    return step;
  }

  /** Counts what is held now. */
  private void count() {
    int held = by.heldOctets() + (waiting == null ? 0 : waiting.length);
    memory.heap(held - heldOctets);
    heldOctets = held;
  }

  private Step pumpPieces(RelayLoop loop, int budgetOctets) {
    int left = budgetOctets;
    while (true) {
      boolean allSent = sendChunks(loop);
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
      if (left <= 0 || mayReceive() == 0) {
        return Step.HAS_MORE;
      }
      count();
      int room = memory.heapRoom(mostOctets());
      int least = Math.min(LEAST_OCTETS, mayReceive());
      if (room < least) {
        loop.heapIsShort();
        if (heldOctets > 0) {
          waitsForMemory = true;
          return Step.WAITS;
        }
      }
      left -= Math.max(takeMore(loop, Math.max(room, least)), LEAST_COST_OCTETS);
    }
  }

  /** Sends what has come out of the transform; false: the sink does not take it all. */
  private boolean sendChunks(RelayLoop loop) {
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

  private int takeMore(RelayLoop loop, int room) {
    int got = receive(loop, room);
    if (got > 0) {
      if (!fromClient) {
        tap.show(false, loop.buffer().clear().limit(got));
      }
      by.take(loop.buffer().clear().limit(got));
    } else if (sourceEnded) {
      by.endInput();
    }
    return got;
  }

  @Override
  void release() {
    super.release();
    by.close();
    memory.heap(-heldOctets);
    heldOctets = 0;
  }
}
