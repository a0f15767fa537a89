package dev.argyle.server.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One loop's counters. Only that loop's thread writes. Any thread reads, and may be an instant
 * late.
 */
public final class LoopCounters extends Tally {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  /** Longs, two cache lines at each end: neighbours on the heap do not slow us. */
  private static final int PADDING = 16;

  private final long[] cells = new long[PADDING + Cells.COUNT + PADDING];

  LoopCounters() {}

  @Override
  void addTo(int cell, long amount) { // no locked instruction: no second writer
    int at = PADDING + cell;
    CELL.setOpaque(cells, at, cells[at] + amount);
  }

  /** What this loop has counted; any thread. */
  public long get(Counter counter) {
    return get(Cells.of(counter));
  }

  long get(int cell) {
    return (long) CELL.getOpaque(cells, PADDING + cell);
  }
}
