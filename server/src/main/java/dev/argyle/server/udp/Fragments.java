package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.socks.Reassembly;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The fragments of an association, counted where they are lost. Belongs to its loop. */
final class Fragments implements Reassembly.Memory {

  private final UdpLoop loop;
  private final LoopShare share;
  private @Nullable Reassembly queue; // while a sequence is under way
  private Counter refusal = Counter.UDP_DROPPED_SHARE_FULL;

  Fragments(UdpLoop loop, LoopShare share) {
    this.loop = loop;
    this.share = share;
  }

  /**
   * Takes a fragment that is in the loop's memory.
   *
   * @return the datagram, if this was its last; it is the caller's
   */
  @Nullable ByteBuffer add(int fragment, int to, int toLength, int at, int octets, long nowNanos) {
    Reassembly sequence = queue == null ? new Reassembly(this) : queue;
    queue = sequence;
    @Nullable ByteBuffer whole = null;
    switch (sequence.add(fragment, loop.memory, to, toLength, at, octets, nowNanos)) {
      case KEPT -> {}
      case WHOLE -> whole = sequence.takeWhole();
      case NOISE -> loop.drop(Counter.UDP_DROPPED_FRAGMENTS, 1);
      case TOO_BIG -> loop.drop(Counter.UDP_DROPPED_TOO_BIG, 1);
      case NO_ROOM -> loop.drop(refusal, 1);
    }
    countLost(sequence);
    return whole;
  }

  /** Drops what is there. */
  void abandon() {
    if (queue != null) {
      queue.abandon();
      countLost(queue);
    }
  }

  /** Drops what is too old. */
  void expire(long nowNanos) {
    if (queue != null) {
      queue.expire(nowNanos);
      countLost(queue);
    }
  }

  /** Also drops a queue that is not in use. */
  private void countLost(Reassembly sequence) {
    int lost = sequence.takeLost();
    if (lost > 0) {
      loop.drop(Counter.UDP_DROPPED_FRAGMENTS, lost);
    }
    if (!sequence.isActive()) {
      queue = null;
    }
  }

  @Override
  public boolean take(int octets) {
    Counter why = share.hold(octets);
    if (why == null) {
      return true;
    }
    refusal = why;
    return false;
  }

  @Override
  public void give(int octets) {
    if (octets > 0) {
      share.release(octets);
    }
  }
}
