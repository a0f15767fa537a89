package dev.argyle.server.account;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bounds password hashing: how many hashes run at once, how many logins wait for their turn, and
 * how much memory they take. Shared by threads.
 *
 * <p>At once: half the processors, at least one, and no more than fit in a quarter of the heap. A
 * hash from elsewhere that needs more memory than ours runs alone among its kind. Work areas are
 * kept for the next hash and given up when idle.
 */
final class Hashing {

  /** Logins that may wait, for every hash that runs: some seconds' worth of work. */
  static final int WAITING_PER_SLOT = 64;

  /** How long a work area is kept unused. */
  static final long IDLE_MILLIS = 30_000;

  private final int maxInside;
  private final Semaphore running;
  private final Semaphore costly = new Semaphore(1, true);
  private final AtomicInteger inside = new AtomicInteger();
  private final LongAdder hashes = new LongAdder();

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<WorkArea> areas = new ArrayDeque<>(); // under lock
  private long lastUsedMillis; // under lock

  Hashing(int slots) {
    this(slots, WAITING_PER_SLOT);
  }

  Hashing(int slots, int waitingPerSlot) {
    this.maxInside = slots * (1 + waitingPerSlot);
    this.running = new Semaphore(slots, true);
  }

  /** What this machine and this heap can bear. */
  static int slotsHere() {
    long fitting =
        Runtime.getRuntime().maxMemory() / 4 / (Argon2Hash.OUR_MEMORY_KIBIOCTETS * 1024L);
    int processors = Runtime.getRuntime().availableProcessors();
    return (int) Math.max(1, Math.min(processors / 2, fitting));
  }

  /** Takes a place among those that run and wait; false: all are taken. Never blocks. */
  boolean enter() {
    if (inside.incrementAndGet() > maxInside) {
      inside.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives the place back. */
  void leave() {
    inside.decrementAndGet();
  }

  /** Waits for a turn, and hashes. */
  <T> T run(@Nullable PasswordHash about, Function<WorkArea, T> work) {
    boolean alone =
        about instanceof Argon2Hash hash
            && hash.memoryKibioctets() > Argon2Hash.OUR_MEMORY_KIBIOCTETS;
    if (alone) {
      costly.acquireUninterruptibly(); // before a slot: those who wait here hold none
    }
    running.acquireUninterruptibly();
    hashes.increment();
    WorkArea area = borrow();
    try {
      return work.apply(area);
    } finally {
      giveBack(area);
      running.release();
      if (alone) {
        costly.release();
      }
    }
  }

  /** How many hashes were begun. */
  long hashes() {
    return hashes.sum();
  }

  /** Gives up what has not been used for a while. */
  void tidy(long nowMillis) {
    lock.lock();
    try {
      if (nowMillis - lastUsedMillis >= IDLE_MILLIS) {
        areas.clear();
      }
    } finally {
      lock.unlock();
    }
  }

  private WorkArea borrow() {
    lock.lock();
    try {
      WorkArea area = areas.poll();
      return area == null ? new WorkArea() : area;
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(WorkArea area) {
    lock.lock();
    try {
      areas.push(area);
      lastUsedMillis = System.currentTimeMillis();
    } finally {
      lock.unlock();
    }
  }
}
