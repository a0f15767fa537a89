package dev.argyle.server.relay;

import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.telemetry.EndReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Direction} with a {@link Transform}. Octets are received as long as it takes more, and
 * what comes out of it is sent; the back-pressure is the transform's.
 */
final class TransformedDirection extends Direction {

  private final Transform by;
  private int chunkPlainOctets; // of what waits

  TransformedDirection(
      StreamSocket from,
      StreamSocket to,
      int bufferOctets,
      TapState tap,
      boolean fromClient,
      Transform by) {
    super(from, to, bufferOctets, tap, fromClient);
    this.by = by;
  }

  @Override
  boolean maySplice() {
    return false;
  }

  @Override
  @Nullable EndReason transformFailure() {
    return by.failure();
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
  Step pump(RelayLoop loop, int budgetOctets) {
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
      if (left <= 0) {
        return Step.HAS_MORE;
      }
      left -= Math.max(takeMore(loop), LEAST_COST_OCTETS);
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

  private int takeMore(RelayLoop loop) {
    int got = receive(loop);
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
  }
}
