package dev.argyle.server.telemetry;

import dev.argyle.wire.socks.Command;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All counters: one {@link LoopCounters} per event loop and one {@link SharedCounters} for all
 * other threads. A reader adds them up. Any thread may call. A loop's counters are kept for the
 * life of the process, so that no sum ever falls: register once per loop, not once per restart.
 */
public final class Counters {
  private final List<LoopCounters> loops = new CopyOnWriteArrayList<>();
  private final SharedCounters shared = new SharedCounters();

  /** Registers a loop. The result belongs to its thread. */
  public LoopCounters forLoop() {
    LoopCounters counters = new LoopCounters();
    loops.add(counters);
    return counters;
  }

  /** For threads that are not event loops. */
  public SharedCounters shared() {
    return shared;
  }

  /** The sum over all loops and the shared ones; never smaller than what was read before. */
  public long sum(Counter counter) {
    long sum = shared.get(counter);
    for (LoopCounters loop : loops) {
      sum += loop.get(counter);
    }
    return sum;
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
