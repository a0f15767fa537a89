package dev.argyle.server.rate;

/** One account's rates on one loop. Belongs to the loop. */
final class LoopRates {

  private final RateLoop loop;
  final AccountRates rates;
  private final LoopBucket up;
  private final LoopBucket down;
  int members;

  LoopRates(RateLoop loop, AccountRates rates) {
    this.loop = loop;
    this.rates = rates;
    this.up = new LoopBucket(loop, rates, true);
    this.down = new LoopBucket(loop, rates, false);
  }

  LoopBucket bucket(boolean ofUp) {
    return ofUp ? up : down;
  }

  /** A member leaves. */
  void leaves() {
    loop.leave(this);
  }

  /** Nobody uses it on this loop any more. */
  void close() {
    up.close();
    down.close();
  }
}
