package dev.argyle.server.udp;

/**
 * The datagrams of one receive, in a loop's memory: each in its slot, with room for a header in
 * front. The next receive overwrites them. Belongs to the loop.
 */
final class Inbox {

  /** Datagrams of one receive. */
  static final int SLOTS = 32;

  /** In front of each datagram; the header that is put there has 22 octets at most. */
  static final int HEADROOM = 64;

  /** The largest that UDP carries (over IPv6; IPv4: 65,507). */
  static final int CAPACITY = 65_527;

  /** Not a multiple of a page, so that the starts of slots use different sets of the cache. */
  private static final int STRIDE = HEADROOM + 65_536 + 4096 + 64;

  /** A slot for payloads that were kept, or put together of fragments. */
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
