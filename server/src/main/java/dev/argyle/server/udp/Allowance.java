package dev.argyle.server.udp;

import dev.argyle.wire.socks.Reassembly;

/** A bounded amount that all associations of a loop share. Belongs to the loop. */
final class Allowance implements Reassembly.Memory {

  private final int most;
  private int held;

  Allowance(int most) {
    this.most = most;
  }

  /** Takes an amount; false: not so much is left, and nothing was taken. */
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
