package dev.argyle.server.telemetry;

/** Where a thread counts: a loop in its own {@link LoopCounters}, others in the shared one. */
public sealed interface Tally permits LoopCounters, SharedCounters {

  /** Adds, without bound checks: {@code amount} is 0 or more. */
  void add(Counter counter, long amount);

  /** Adds one. */
  default void increment(Counter counter) {
    add(counter, 1);
  }
}
