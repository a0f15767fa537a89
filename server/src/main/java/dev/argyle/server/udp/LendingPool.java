package dev.argyle.server.udp;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bounded amount of memory that all users of the relay share, on all loops. A user holds at most
 * {@link #share}, and never more than what is left for the others, so nobody takes the last of it.
 * Safe for any thread.
 *
 * <p>Loops borrow a piece at a time and keep what they have left of it ({@link LoopLoan}), so that
 * this is touched seldom.
 */
final class LendingPool {

  /** The largest share of one user, as a part of the whole. */
  static final int SHARES = 8;

  /** What loops may have borrowed and not used, all together, as a part of the whole. */
  private static final int UNUSED_PARTS = 16;

  private final long most;
  private final AtomicLong lent = new AtomicLong();
  private final AtomicInteger loops = new AtomicInteger();

  LendingPool(long most) {
    this.most = most;
  }

  /** The part of one more loop. */
  LoopLoan ofLoop() {
    loops.incrementAndGet();
    return new LoopLoan(this);
  }

  long most() {
    return most;
  }

  /** What one user may hold at most. */
  long share() {
    return most / SHARES;
  }

  /** What is lent to no loop. */
  long free() {
    return most - lent.get();
  }

  /** What a loop borrows at a time; it keeps at most twice as much unused. */
  long piece() {
    return Math.max(1, most / UNUSED_PARTS / 2 / Math.max(1, loops.get()));
  }

  /** False: not so much is left, and nothing was lent. */
  boolean lend(long amount) {
    long now;
    do {
      now = lent.get();
      if (amount > most - now) {
        return false;
      }
    } while (!lent.compareAndSet(now, now + amount));
    return true;
  }

  void takeBack(long amount) {
    lent.addAndGet(-amount);
  }
}
