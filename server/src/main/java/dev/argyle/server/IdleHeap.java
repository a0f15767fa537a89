package dev.argyle.server;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Gives memory back to the system when the server has next to nothing to do: what a busy time has
 * made the heap grow to is kept until the JVM collects all of it, which it does not do by itself
 * while it is idle. A collection stops everything for tens of milliseconds, so it waits until
 * nobody would notice, and is done once after a busy time. Belongs to its thread.
 */
final class IdleHeap {

  /** How often it looks. */
  static final Duration INTERVAL = Duration.ofMinutes(1);

  /** Connections and reads within an interval, below which the server is idle. */
  static final long IDLE_EVENTS = 600;

  /** What the heap must have grown by since the start, for a collection to be worth it. */
  static final long WORTH_OCTETS = 8L << 20;

  private final LongSupplier events;
  private final LongSupplier heapOctets;
  private final Runnable collect;
  private final long heapAtStart;
  private long eventsBefore;
  private boolean collected;

  /**
   * @param events since the start
   * @param heapOctets what the heap has of the system now
   */
  IdleHeap(LongSupplier events, LongSupplier heapOctets, Runnable collect) {
    this.events = events;
    this.heapOctets = heapOctets;
    this.collect = collect;
    this.heapAtStart = heapOctets.getAsLong();
    this.eventsBefore = events.getAsLong();
  }

  /** Looks from now on, until the process ends. */
  static void watch(Counters counters) {
    watch(counters, INTERVAL);
  }

  /**
   * @param interval how often it looks
   */
  static void watch(Counters counters, Duration interval) {
    Runtime runtime = Runtime.getRuntime();
    IdleHeap heap = new IdleHeap(() -> events(counters), runtime::totalMemory, runtime::gc);
    Thread.ofVirtual().name("idle heap").start(() -> heap.run(interval));
  }

  private static long events(Counters counters) {
    return counters.sum(Counter.CONNECTIONS_ACCEPTED)
        + counters.sum(Counter.RELAY_READS)
        + counters.sum(Counter.UDP_DATAGRAMS_UP);
  }

  private void run(Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        look();
      }
    } catch (InterruptedException ends) {
      Thread.currentThread().interrupt();
    }
  }

  /** Called once an interval. */
  void look() {
    long now = events.getAsLong();
    boolean idle = now - eventsBefore < IDLE_EVENTS;
    eventsBefore = now;
    if (!idle) {
      collected = false;
    } else if (!collected && heapOctets.getAsLong() >= heapAtStart + WORTH_OCTETS) {
      collected = true;
      collect.run();
    }
  }
}
