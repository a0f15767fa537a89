package dev.argyle.server.account;

import dev.argyle.server.telemetry.FlightEvents;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Bounds password hashing: how many hashes run at once, how many logins wait for their turn, and
 * how much memory they take. Shared by threads.
 *
 * <p>At once: half the processors, at least one, and no more than fit in a quarter of the heap.
 * Beside them one hash that costs much more than ours, which only imported ones do: so nobody waits
 * behind those. Hashes run on platform threads of their own. On virtual ones they would keep the
 * carriers that everything else needs. A thread has its memory for the next hash, and both are gone
 * when nobody has logged in for a second.
 */
public final class Hashing {

  /** Logins that may wait, for every hash that runs: some seconds' worth of work. */
  static final int WAITING_PER_SLOT = 64;

  /** How long threads and their memory are kept unused. */
  private static final long IDLE_MILLIS = 1_000;

  /** A thread that hashes. */
  private static final class HashThread extends Thread {

    private final Argon2Memory memory = new Argon2Memory();

    HashThread(Runnable work, String name) {
      super(work, name);
      setDaemon(true);
    }

    @Override
    public void run() {
      try (memory) {
        super.run();
      }
    }
  }

  private final Argon2Hash.Strength own;
  private final int slots;
  private final int maxInside;
  private final ThreadPoolExecutor ordinary;
  private final Executor costly = threads(1, "costly-hash");
  private final AtomicInteger inside = new AtomicInteger();
  private final LongAdder hashes = new LongAdder();

  Hashing(int slots) {
    this(slots, WAITING_PER_SLOT);
  }

  Hashing(int slots, int waitingPerSlot) {
    this(slots, waitingPerSlot, Argon2Hash.Strength.OURS);
  }

  /**
   * @param own of new hashes; weaker ones are replaced when their user logs in
   */
  Hashing(int slots, int waitingPerSlot, Argon2Hash.Strength own) {
    this.own = own;
    this.slots = slots;
    this.maxInside = slots * (1 + waitingPerSlot);
    this.ordinary = threads(slots, "hash");
  }

  /** Bounded by {@link #enter}: the queue itself has no bound. */
  private static ThreadPoolExecutor threads(int many, String name) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            many,
            many,
            IDLE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            work -> new HashThread(work, name));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** As many as suit this machine's processors and heap. */
  static int slotsHere() {
    long fitting =
        Runtime.getRuntime().maxMemory() / 4 / (Argon2Hash.OUR_MEMORY_KIBIOCTETS * 1024L);
    int processors = Runtime.getRuntime().availableProcessors();
    return (int) Math.max(1, Math.min(processors / 2, fitting));
  }

  /** Hashes at once, costly ones not counted. */
  public int slots() {
    return slots;
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
    return run(null, memory -> Argon2Hash.create(password, own, memory));
  }

  /** Whether a hash is as good as a new one of ours. */
  boolean isCurrent(PasswordHash hash) {
    return hash instanceof Argon2Hash argon2 ? argon2.isAsGoodAs(own) : hash.current();
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
    Executor where = hash != null && hash.isCostly() ? costly : ordinary;
    try {
      return CompletableFuture.supplyAsync(() -> now(work), where).join();
    } catch (CompletionException failed) {
      switch (failed.getCause()) {
        case RuntimeException ours -> throw ours;
        case Error ours -> throw ours;
        case null, default -> throw failed;
      }
    }
  }

  private <T> T now(Function<Argon2Memory, T> work) {
    hashes.increment();
    Argon2Memory memory = ((HashThread) Thread.currentThread()).memory;
    return FlightEvents.hashing(() -> work.apply(memory));
  }

  /** How many ordinary ones wait for a thread. */
  public int waiting() {
    return ordinary.getQueue().size();
  }

  /** How many hashes were begun. */
  long hashes() {
    return hashes.sum();
  }
}
