package dev.argyle.server.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One loop's counters. Only that loop's thread writes. Any thread reads, and may be an instant
 * late.
 */
public final class LoopCounters implements Tally {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  /** Longs, two cache lines at each end: neighbours on the heap do not slow us. */
  private static final int PADDING = 16;

  private final long[] cells = new long[PADDING + Counter.values().length + PADDING];

  LoopCounters() {}

  @Override
  public void add(Counter counter, long amount) { // no locked instruction: no second writer
    int cell = PADDING + counter.ordinal();
    CELL.setOpaque(cells, cell, cells[cell] + amount);
  }

  /** What this loop has counted; any thread. */
  public long get(Counter counter) {
    return (long) CELL.getOpaque(cells, PADDING + counter.ordinal());
  }
}
