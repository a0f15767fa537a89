package dev.argyle.server;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A process whose heap grows in a busy time, for {@link IdleHeapTest}. Its exit code is 0 if the
 * memory was given back, and what it needs for that is at most said on its standard output.
 */
final class GrownHeap {

  private static final int MIB = 1 << 20;

  /** What lives: by it the greatest share of the heap that may be free tells what is given back. */
  private static final int LIVING_MIB = 30;

  private static final int BUSY_MIB = 150;

  /** Half of the heap may be free, but not the 70 % that are Java's own default. */
  private static final int GIVEN_BACK_MIB = 85;

  /** Java's own way, in steps, gives all of it back with the fourth collection. */
  private static final int TRIES = 3;

  private GrownHeap() {}

  public static void main(String[] arguments) throws InterruptedException {
    Counters counters = new Counters();
    IdleHeap.watch(counters, Duration.ofMillis(500));
    List<byte[]> living = filled(counters, LIVING_MIB);
    for (int i = 0; i < TRIES; i++) { // a machine that stands still for a while looks idle
      filled(counters, BUSY_MIB).clear();
      for (int waits = 0; waits < 100 && heapMib() > GIVEN_BACK_MIB; waits++) {
        Thread.sleep(100);
      }
      System.out.println("heap of " + heapMib() + " MiB, " + living.size() + " live");
      if (heapMib() <= GIVEN_BACK_MIB) {
        System.exit(0);
      }
    }
    System.exit(1);
  }

  private static List<byte[]> filled(Counters counters, int mib) {
    List<byte[]> filled = new ArrayList<>();
    for (int i = 0; i < mib; i++) {
      filled.add(new byte[MIB]);
      counters.shared().add(Counter.CONNECTIONS_ACCEPTED, 10 * IdleHeap.IDLE_EVENTS);
    }
    if (heapMib() < mib) {
      throw new IllegalStateException("the heap has not grown: " + heapMib() + " MiB");
    }
    return filled;
  }

  private static long heapMib() {
    return Runtime.getRuntime().totalMemory() / MIB;
  }
}
