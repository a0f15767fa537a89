package dev.argyle.server.relay;

/**
 * What a loop may hold of octets that wait. All loops together have a part of the heap, and a part
 * of the pipes that the system grants; each loop has the same part of that.
 *
 * @param heapOctets of tunnels: what readers have not taken and what cannot wait in the kernel
 * @param handshakeOctets of clients without a tunnel: messages that are not whole, and what was
 *     sent ahead
 * @param pipeOctets capacity of pipes, empty ones included
 */
public record LoopMemory(long heapOctets, long handshakeOctets, long pipeOctets) {

  /** Tunnels hold a fourth of the heap at most. */
  static final int HEAP_PARTS = 4;

  /** Clients without a tunnel hold a sixteenth of it at most. */
  static final int HANDSHAKE_PARTS = 16;

  /** A loop has that much at least: a sealed tunnel needs a frame, and a batch of 64 KiB. */
  static final long LEAST_OCTETS = 512 * 1024;

  /**
   * The parts of one of so many loops.
   *
   * @param heapOctets the heap's maximum
   * @param pipeOctets of all loops
   */
  static LoopMemory of(int loops, long heapOctets, long pipeOctets) {
    return new LoopMemory(
        Math.max(heapOctets / HEAP_PARTS / loops, LEAST_OCTETS),
        Math.max(heapOctets / HANDSHAKE_PARTS / loops, LEAST_OCTETS),
        pipeOctets / loops);
  }

  /** The parts of one of so many loops of this process. */
  public static LoopMemory ofThisProcess(int loops) {
    return of(loops, Runtime.getRuntime().maxMemory(), PipeQuota.ofThisProcess().octets());
  }
}
