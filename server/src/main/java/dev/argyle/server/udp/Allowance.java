package dev.argyle.server.udp;

import dev.argyle.wire.socks.Reassembly;

/** A bounded amount of something that the associations of a loop share. Belongs to the loop. */
final class Allowance implements Reassembly.Memory {

  private final int most;
  private int held;

  Allowance(int most) {
    this.most = most;
  }

  /** Takes so much, if it is there. */
  @Override
  public boolean take(int amount) {
    if (amount > most - held) {
      return false;
    }
    held += amount;
    return true;
  }

  @Override
  public void give(int amount) {
    held -= amount;
  }

  int held() {
    return held;
  }
}
