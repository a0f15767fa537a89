package dev.argyle.server.session.gssapi;

import dev.argyle.server.net.Offload;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.relay.Transform;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Transforms pieces in order, a batch at a time: on a virtual thread, or at once on the loop if
 * they are few octets. Belongs to one loop.
 *
 * <p>The back-pressure: while a batch is being transformed, {@value #BATCH_OCTETS} octets and one
 * receive may wait at most. While a chunk has not been taken, no batch is begun.
 */
abstract class BatchTransform implements Transform {

  /** Octets that may wait, and that are transformed at a time, or one piece if that is more. */
  static final int BATCH_OCTETS = 64 * 1024;

  /** That few octets take less time than another thread would take to start. */
  static final int FEW_OCTETS = 2048;

  private final int overheadOctets;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private int waitingOctets;
  private int workingOctets;
  private @Nullable Work work;
  private @Nullable Chunk chunk;
  private boolean working;
  private boolean inputEnded;
  private boolean over;
  private @Nullable EndReason failure;

  /** Where batches are worked on. */
  private record Work(Executor loop, Supervised tunnel, Runnable ready) {}

  /** What a batch came to; null: its seal was broken, and how. */
  private record Outcome(@Nullable Chunk chunk, String broken) {}

  /**
   * @param overheadOctets what a piece counts for besides its octets
   */
  BatchTransform(int overheadOctets) {
    this.overheadOctets = overheadOctets;
  }

  /** Transforms a batch; on any thread, but one batch after the other. */
  abstract Chunk transform(List<byte[]> batch) throws SealBroken;

  @Override
  public final void start(Executor loop, Supervised tunnel, Runnable ready) {
    work = new Work(loop, tunnel, ready);
  }

  /** Puts a chunk before all others; before the start. */
  final void first(byte[] plain) {
    chunk = plain.length == 0 ? null : new Chunk(plain, plain.length);
  }

  /** Lets a piece wait for its batch; {@link #goOn} follows. */
  final void add(byte[] piece) {
    waiting.add(piece);
    waitingOctets += overheadOctets + piece.length;
  }

  /** Gives up; what waits is dropped. */
  final void fail(EndReason why, String detail) {
    failure = why;
    waiting.clear();
    waitingOctets = 0;
    failed(new Ending(why, detail));
  }

  /** It has given up; called once. */
  void failed(Ending why) {}

  @Override
  public final boolean wantsMore() {
    return failure == null && waitingOctets < BATCH_OCTETS;
  }

  @Override
  public final void endInput() {
    inputEnded = true;
  }

  @Override
  public final @Nullable Chunk next() {
    Chunk taken = chunk;
    chunk = null;
    goOn();
    return taken;
  }

  @Override
  public final boolean ended() {
    return inputEnded && waiting.isEmpty() && !working && chunk == null;
  }

  @Override
  public int heldOctets() {
    Chunk made = chunk;
    return waitingOctets + workingOctets + (made == null ? 0 : made.octets().length);
  }

  @Override
  public @Nullable EndReason failure() {
    return failure;
  }

  @Override
  public final void close() {
    over = true;
    waiting.clear();
    waitingOctets = 0;
    chunk = null;
  }

  /** Transforms what waits, unless a batch is being worked on, or a chunk has to be taken first. */
  final void goOn() {
    Work how = work;
    while (how != null && !working && chunk == null && !waiting.isEmpty()) {
      int before = waitingOctets;
      boolean few = before <= FEW_OCTETS;
      List<byte[]> batch = nextBatch();
      if (few) {
        done(outcome(batch));
      } else {
        working = true;
        workingOctets = before - waitingOctets;
        Offload.compute(
            how.loop(),
            how.tunnel(),
            () -> outcome(batch),
            outcome -> {
              working = false;
              workingOctets = 0;
              if (!over && failure == null) {
                done(outcome);
                goOn(); // nothing may have come out
                how.ready().run();
              }
            });
      }
    }
  }

  private List<byte[]> nextBatch() {
    List<byte[]> batch = new ArrayList<>();
    int octets = 0;
    for (byte[] next = waiting.peek(); next != null; next = waiting.peek()) {
      int more = overheadOctets + next.length;
      if (!batch.isEmpty() && octets + more > BATCH_OCTETS) {
        break;
      }
      batch.add(waiting.remove());
      octets += more;
    }
    waitingOctets -= octets;
    return batch;
  }

  private Outcome outcome(List<byte[]> batch) {
    try {
      return new Outcome(transform(batch), "");
    } catch (SealBroken broken) {
      return new Outcome(null, String.valueOf(broken.getMessage()));
    }
  }

  private void done(Outcome outcome) {
    Chunk made = outcome.chunk();
    if (made == null) {
      fail(EndReason.SEAL_BROKEN, outcome.broken());
    } else if (made.octets().length > 0) {
      chunk = made;
    }
  }

  /** Pieces in one array. */
  static byte[] joined(List<byte[]> pieces) {
    if (pieces.size() == 1) {
      return pieces.getFirst();
    }
    int octets = 0;
    for (byte[] piece : pieces) {
      octets += piece.length;
    }
    byte[] all = new byte[octets];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }
}
