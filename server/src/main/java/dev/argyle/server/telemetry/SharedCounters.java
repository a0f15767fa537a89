package dev.argyle.server.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** The counters of all threads that are not event loops. Any thread writes, any thread reads. */
public final class SharedCounters extends Tally {
  private final LongAdder[] cells = new LongAdder[Cells.COUNT];

  SharedCounters() {
    for (int cell = 0; cell < cells.length; cell++) {
      cells[cell] = new LongAdder();
    }
  }

  @Override
  void addTo(int cell, long amount) {
    cells[cell].add(amount);
  }

  long get(Counter counter) {
    return get(Cells.of(counter));
  }

  long get(int cell) {
    return cells[cell].sum();
  }
}
