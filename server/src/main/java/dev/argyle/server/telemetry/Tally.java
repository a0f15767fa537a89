package dev.argyle.server.telemetry;

import dev.argyle.wire.socks.Method;
import org.jspecify.annotations.Nullable;

/** Where a thread counts: a loop in its own {@link LoopCounters}, others in the shared one. */
public abstract sealed class Tally permits LoopCounters, SharedCounters {

  /** Adds to one of {@link Cells}; {@code amount} is 0 or more. */
  abstract void addTo(int cell, long amount);

  /** Adds, without bound checks: {@code amount} is 0 or more. */
  public final void add(Counter counter, long amount) {
    addTo(Cells.of(counter), amount);
  }

  /** Adds one. */
  public final void increment(Counter counter) {
    addTo(Cells.of(counter), 1);
  }

  /** A SOCKS connection has ended. */
  public final void ended(EndReason why) {
    addTo(Cells.of(why), 1);
  }

  /**
   * A handshake is over.
   *
   * @param method that was chosen; null: none
   */
  public final void handshake(@Nullable Method method, HandshakeOutcome outcome) {
    addTo(Cells.of(method, outcome), 1);
  }

  /** Something took that long, by {@link System#nanoTime}. */
  public final void took(Histogram what, long nanos) {
    addTo(Cells.of(what, what.bucket(nanos)), 1);
    addTo(Cells.sumOf(what), Math.max(nanos, 0));
  }
}
