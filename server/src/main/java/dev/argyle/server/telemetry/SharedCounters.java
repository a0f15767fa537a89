package dev.argyle.server.telemetry;

import java.util.concurrent.atomic.LongAdder;

/** The counters of all threads that are not event loops. Any thread writes, any thread reads. */
public final class SharedCounters implements Tally {
  private final LongAdder[] cells = new LongAdder[Counter.values().length];

  SharedCounters() {
    for (int cell = 0; cell < cells.length; cell++) {
      cells[cell] = new LongAdder();
    }
  }

  @Override
  public void add(Counter counter, long amount) {
    cells[counter.ordinal()].add(amount);
  }

  long get(Counter counter) {
    return cells[counter.ordinal()].sum();
  }
}
