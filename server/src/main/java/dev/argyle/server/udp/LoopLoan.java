package dev.argyle.server.udp;

import java.util.concurrent.atomic.AtomicLong;

/** What one loop has borrowed of an {@link LendingPool}. Belongs to the loop. */
final class LoopLoan {

  /** How taking went. */
  enum Taken {
    TAKEN,
    /** The user's share is used up. */
    SHARE_IS_FULL,
    /** The user has a share left, but all users together have taken too much. */
    ALL_IS_FULL
  }

  private final LendingPool all;
  private long unused;

  LoopLoan(LendingPool all) {
    this.all = all;
  }

  /**
   * Takes an amount, or nothing.
   *
   * @param ofUser what the user holds, on all loops
   */
  Taken take(AtomicLong ofUser, long amount) {
    long held = ofUser.addAndGet(amount);
    Taken taken;
    if (held > all.share()) {
      taken = Taken.SHARE_IS_FULL;
    } else if (held > all.free() + unused - amount || !borrow(amount)) {
      taken = Taken.ALL_IS_FULL;
    } else {
      unused -= amount;
      taken = Taken.TAKEN;
    }
    if (taken != Taken.TAKEN) {
      ofUser.addAndGet(-amount);
    }
    return taken;
  }

  private boolean borrow(long amount) {
    long missing = amount - unused;
    if (missing <= 0) {
      return true;
    }
    long piece = Math.max(missing, all.piece());
    if (all.lend(piece)) {
      unused += piece;
      return true;
    }
    boolean lent = all.lend(missing);
    if (lent) {
      unused += missing;
    }
    return lent;
  }

  /** What it has borrowed and nobody holds. */
  long unused() {
    return unused;
  }

  void give(AtomicLong ofUser, long amount) {
    ofUser.addAndGet(-amount);
    unused += amount;
    long piece = all.piece();
    if (unused > 2 * piece) {
      all.takeBack(unused - piece);
      unused = piece;
    }
  }
}
