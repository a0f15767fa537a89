package dev.argyle.server.rate;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/**
 * Who waits for an account's rate on one event loop. One timer of the loop serves all of them. Only
 * the loop's thread touches it.
 */
public final class RateLoop {

  /** How often those who wait look whether their account has another limit now. */
  public static final long LOOK_NANOS = 50_000_000;

  /** A timer is not set for less than that: those who are due soon are served together. */
  static final long LEAST_WAIT_NANOS = 250_000;

  /** The loop's timer. */
  public interface Timer {

    /** Runs {@code action} on the loop after this time, once. */
    void after(long nanos, Runnable action);
  }

  private final Timer timer;
  private final LongSupplier nanoTime;
  private final Map<AccountRates, LoopRates> accounts = new IdentityHashMap<>();
  private final PriorityQueue<LoopBucket> waiting =
      new PriorityQueue<>((one, other) -> Long.compare(one.dueNanos - other.dueNanos, 0));
  private final Runnable tick = this::tick;
  private boolean armed;
  private long armedForNanos;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public RateLoop(Timer timer, LongSupplier nanoTime) {
    this.timer = timer;
    this.nanoTime = nanoTime;
  }

  /** From now on somebody is limited by an account's rates, in one direction. */
  public Budget join(AccountRates rates, boolean up, Runnable wake) {
    LoopRates account = accounts.computeIfAbsent(rates, _ -> new LoopRates(this, rates));
    account.members++;
    return new Budget(account, account.bucket(up), wake);
  }

  void leave(LoopRates account) {
    account.members--;
    if (account.members == 0) {
      accounts.remove(account.rates);
      account.close();
    }
  }

  /** Accounts whose rates limit somebody here. */
  int accounts() {
    return accounts.size();
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** Those who wait for a bucket are served at {@code dueNanos}, and looked at before that. */
  void await(LoopBucket bucket, long dueNanos, long nowNanos) {
    if (bucket.queued) { // and is looked at soon enough
      return;
    }
    bucket.queued = true;
    bucket.dueNanos = dueNanos - nowNanos > LOOK_NANOS ? nowNanos + LOOK_NANOS : dueNanos;
    waiting.add(bucket);
    arm(nowNanos);
  }

  private void arm(long nowNanos) {
    LoopBucket first = waiting.peek();
    if (first == null) {
      return;
    }
    long wait = Math.max(LEAST_WAIT_NANOS, first.dueNanos - nowNanos);
    if (!armed || armedForNanos - (nowNanos + wait) > LEAST_WAIT_NANOS) {
      armed = true; // an earlier timer, if there is one, finds nobody due
      armedForNanos = nowNanos + wait;
      timer.after(wait, tick);
    }
  }

  private void tick() {
    long now = nanoTime();
    if (armed && now - armedForNanos >= 0) {
      armed = false;
    }
    LoopBucket first = waiting.peek();
    while (first != null && first.dueNanos - now <= 0) {
      waiting.poll();
      first.queued = false;
      first.serve(now);
      first = waiting.peek();
    }
    arm(now);
  }
}
