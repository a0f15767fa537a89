package dev.argyle.server.udp;

/** How much of a bounded amount of memory is in use. Belongs to one loop. */
final class HeldOctets {

  private final int most;
  private int held;

  HeldOctets(int most) {
    this.most = most;
  }

  /** Takes so many, if they are there. */
  boolean take(int octets) {
    if (octets > most - held) {
      return false;
    }
    held += octets;
    return true;
  }

  void give(int octets) {
    held -= octets;
  }

  int held() {
    return held;
  }
}
