package dev.argyle.server.account;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bounds password hashing: how many hashes run at once, how many logins wait for their turn, and
 * how much memory they take. Shared by threads.
 *
 * <p>At once: half the processors, at least one, and no more than fit in a quarter of the heap. Of
 * imported hashes that need more memory than ours, one runs at a time. Memory is kept for whoever
 * waits, and freed when nobody does.
 */
final class Hashing {

  /** Logins that may wait, for every hash that runs: some seconds' worth of work. */
  static final int WAITING_PER_SLOT = 64;

  private final int maxInside;
  private final Semaphore running;
  private final Semaphore costly = new Semaphore(1, true);
  private final AtomicInteger inside = new AtomicInteger();
  private final LongAdder hashes = new LongAdder();

  private final Deque<Argon2Memory> unused = new ConcurrentLinkedDeque<>();

  Hashing(int slots) {
    this(slots, WAITING_PER_SLOT);
  }

  Hashing(int slots, int waitingPerSlot) {
    this.maxInside = slots * (1 + waitingPerSlot);
    this.running = new Semaphore(slots, true);
  }

  /** As many as suit this machine's processors and heap. */
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

  /** A new hash of ours, as a PHC string. Waits for a turn. */
  String create(byte[] password) {
    return run(null, memory -> Argon2Hash.create(password, memory));
  }

  /** Whether this is the password's hash. Waits for a turn. */
  boolean matches(PasswordHash hash, byte[] password) {
    return run(hash, memory -> hash.matches(password, memory));
  }

  /** Whether a PHC string is the password's hash; not if it cannot be read. Waits for a turn. */
  boolean matches(String phc, byte[] password) {
    return PasswordHash.parse(phc) instanceof PasswordHash.Parsed.Good(PasswordHash hash)
        && matches(hash, password);
  }

  /**
   * Waits for a turn and hashes.
   *
   * @param hash what will be verified; null: a hash of ours
   */
  <T> T run(@Nullable PasswordHash hash, Function<Argon2Memory, T> work) {
    boolean alone =
        hash instanceof Argon2Hash argon2
            && argon2.memoryKibioctets() > Argon2Hash.OUR_MEMORY_KIBIOCTETS;
    if (alone) {
      costly.acquireUninterruptibly(); // before a slot: those who wait here hold none
    }
    running.acquireUninterruptibly();
    hashes.increment();
    Argon2Memory kept = unused.poll();
    Argon2Memory memory = kept == null ? new Argon2Memory() : kept;
    try {
      return work.apply(memory);
    } finally {
      keepOrFree(memory);
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

  /** Where several end at once, each keeps its own for the one who waits; the last frees all. */
  private void keepOrFree(Argon2Memory memory) {
    unused.push(memory);
    if (!running.hasQueuedThreads()) {
      for (Argon2Memory one = unused.poll(); one != null; one = unused.poll()) {
        one.close();
      }
    }
  }
}
