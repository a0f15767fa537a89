package dev.argyle.server.telemetry;

import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.Method;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * All that is counted: one {@link LoopCounters} per event loop and one {@link SharedCounters} for
 * all other threads. A reader adds them up. Any thread may call. A loop's counters are kept for the
 * life of the process, so that no sum ever falls: register once per loop, not once per restart.
 */
public final class Counters {
  private final List<LoopCounters> loops = new CopyOnWriteArrayList<>();
  private final List<LoopLag> lags = new CopyOnWriteArrayList<>();
  private final SharedCounters shared = new SharedCounters();

  /** Registers a loop. The result belongs to its thread. */
  public LoopCounters forLoop() {
    LoopCounters counters = new LoopCounters();
    loops.add(counters);
    return counters;
  }

  /** As above, of a loop that measures how late its turns come. */
  public LoopCounters forLoop(LoopLag lag) {
    lags.add(lag);
    return forLoop();
  }

  /** For threads that are not event loops. */
  public SharedCounters shared() {
    return shared;
  }

  /** The sum over all loops and the shared ones; never smaller than what was read before. */
  public long sum(Counter counter) {
    return sum(Cells.of(counter));
  }

  /** SOCKS connections that ended for this reason. */
  public long ends(EndReason reason) {
    return sum(Cells.of(reason));
  }

  /**
   * Handshakes with this method that came to this.
   *
   * @param method null: none was chosen
   */
  public long handshakes(@Nullable Method method, HandshakeOutcome outcome) {
    return sum(Cells.of(method, outcome));
  }

  /** What was timed. */
  public Histogram.Times times(Histogram histogram) {
    long[] counts = new long[Histogram.BUCKETS];
    for (int bucket = 0; bucket < counts.length; bucket++) {
      counts[bucket] = sum(Cells.of(histogram, bucket));
    }
    return new Histogram.Times(counts, sum(Cells.sumOf(histogram)));
  }

  private long sum(int cell) {
    long sum = shared.get(cell);
    for (LoopCounters loop : loops) {
      sum += loop.get(cell);
    }
    return sum;
  }

  /** How late turns have come, on all loops together. */
  public LoopLag.Window lag() {
    return LoopLag.of(lags, System.nanoTime());
  }

  /** Requests of every command, successful or not: the management protocols' "attempts". */
  public long requests() {
    long sum = sum(Counter.OTHER_REQUESTS);
    for (Command command : Command.values()) {
      sum += sum(Counter.request(command));
    }
    return sum;
  }
}
