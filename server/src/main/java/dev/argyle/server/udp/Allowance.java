package dev.argyle.server.udp;

/** A bounded amount of something that the associations of a loop share. Belongs to the loop. */
final class Allowance {

  private final int most;
  private int held;

  Allowance(int most) {
    this.most = most;
  }

  /** Takes so much, if it is there. */
  boolean take(int amount) {
    if (amount > most - held) {
      return false;
    }
    held += amount;
    return true;
  }

  void give(int amount) {
    held -= amount;
  }

  int held() {
    return held;
  }
}
