package dev.argyle.server.udp;

/**
 * The datagrams that one receive gave, in a loop's memory: each in a slot of its own, with room for
 * a header in front. Overwritten by the next receive; belongs to the loop.
 */
final class Inbox {

  /** Datagrams of one receive. */
  static final int SLOTS = 32;

  /** In front of each datagram; the header that is put there has 22 octets at most. */
  static final int HEADROOM = 64;

  /** The largest that UDP carries (over IPv6; IPv4: 65,507). */
  static final int CAPACITY = 65_527;

  /** No multiple of a page, so that the slots' beginnings do not share one part of the cache. */
  private static final int STRIDE = HEADROOM + 65_536 + 4096 + 64;

  /** Beyond the slots, where datagrams go that did not come by themselves. */
  static final int SPARE = SLOTS;

  static final int OCTETS = (SLOTS + 1) * STRIDE;

  final int[] lengths = new int[SLOTS];
  final long[] highs = new long[SLOTS];
  final long[] lows = new long[SLOTS];
  final int[] ports = new int[SLOTS];

  /** Where a slot's datagram begins in the loop's memory. */
  static int start(int slot) {
    return slot * STRIDE + HEADROOM;
  }
}
