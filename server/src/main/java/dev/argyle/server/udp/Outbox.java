package dev.argyle.server.udp;

/**
 * Datagrams in a loop's memory that are to be sent through one port. Empty between two turns.
 * Belongs to the loop.
 */
final class Outbox {

  static final int SIZE = Inbox.SLOTS;

  int count;
  final int[] starts = new int[SIZE];
  final int[] lengths = new int[SIZE];
  final int[] headers = new int[SIZE];
  final long[] highs = new long[SIZE];
  final long[] lows = new long[SIZE];
  final int[] ports = new int[SIZE];

  /** Datagrams that the last {@link UdpPort#send} sent. */
  int sent;

  /** Their octets, without headers of ours. */
  long sentOctets;

  /**
   * Adds a datagram; there must be room.
   *
   * @param header octets of {@code length} that are a header of ours, not payload
   */
  void add(int start, int length, int header, long high, long low, int port) {
    starts[count] = start;
    lengths[count] = length;
    headers[count] = header;
    highs[count] = high;
    lows[count] = low;
    ports[count] = port;
    count++;
  }

  boolean isFull() {
    return count == SIZE;
  }

  boolean sameDestination(int one, int other) {
    return lows[one] == lows[other] && ports[one] == ports[other] && highs[one] == highs[other];
  }

  void begin() {
    sent = 0;
    sentOctets = 0;
  }

  void wasSent(int datagram) {
    sent++;
    sentOctets += lengths[datagram] - headers[datagram];
  }
}
