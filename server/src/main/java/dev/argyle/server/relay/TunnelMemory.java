package dev.argyle.server.relay;

import dev.argyle.server.relay.Holdings.Share;
import org.jspecify.annotations.Nullable;

/**
 * What one tunnel holds of its loop's memory for octets that wait. It has no share before it holds
 * something, so short exchanges cost nothing. Belongs to its tunnel.
 */
final class TunnelMemory {

  private final RelayLoop loop;
  private final TunnelOwner owner;
  private @Nullable Share heap;
  private @Nullable Share pipes;

  TunnelMemory(RelayLoop loop, TunnelOwner owner) {
    this.loop = loop;
    this.owner = owner;
  }

  /** How much of {@code wanted} may be received, for all of it may have to wait on the heap. */
  int heapRoom(int wanted) {
    Holdings heaps = loop.heap();
    return heaps.hasRoomForAnyone(wanted)
        ? wanted
        : (int) Math.clamp(heaps.room(heapShare()), 0, wanted);
  }

  /** It holds so much more of the heap; negative: less. */
  void heap(long octets) {
    if (octets != 0) {
      loop.heap().change(heapShare(), octets);
    }
  }

  private Share heapShare() {
    Share share = heap == null ? loop.heap().join(owner.whose()) : heap;
    heap = share;
    return share;
  }

  /** Its user's share of the pipes. */
  Share pipeShare() {
    Share share = pipes == null ? loop.pipeHoldings().join(owner.whose()) : pipes;
    pipes = share;
    return share;
  }

  /** The tunnel has given back what it held. */
  void close() {
    if (heap != null) {
      loop.heap().leave(heap);
      heap = null;
    }
    if (pipes != null) {
      loop.pipeHoldings().leave(pipes);
      pipes = null;
    }
  }
}
