package dev.argyle.server.udp;

/**
 * The heap that all associations of a server may take, on all loops: a part for fragments and for
 * datagrams that wait for their name, and as much for the destinations and remotes that are
 * remembered. Safe for any thread.
 *
 * <p>Neither part has a key in the configuration. Both follow from the heap, which the operator
 * sets ({@code -Xmx}), and a share of either serves a user who does not flood.
 */
public final class UdpMemory {

  /** Each part is this part of the largest heap. */
  static final int HEAP_PARTS = 16;

  /** However small the heap: one user can have a datagram of the largest size reassembled. */
  static final int LEAST_OCTETS = 128 * 1024 * LendingPool.SHARES;

  /** What a remembered destination takes at most, with a name of 255 octets. */
  static final int ENTRY_OCTETS = 512;

  /** Octets of fragments and of datagrams that wait. */
  final LendingPool held;

  /** Destinations and remotes, except the first few of each association. */
  final LendingPool known;

  /**
   * @param heapOctets the largest size of the heap
   */
  public UdpMemory(long heapOctets) {
    long part = Math.max(LEAST_OCTETS, heapOctets / HEAP_PARTS);
    held = new LendingPool(part);
    known = new LendingPool(part / ENTRY_OCTETS);
  }

  /** Of this process's heap. */
  public static UdpMemory ofHeap() {
    return new UdpMemory(Runtime.getRuntime().maxMemory());
  }
}
