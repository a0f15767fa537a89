package dev.argyle.server.manage.events;

import java.util.concurrent.TimeUnit;

/**
 * Rates for whoever asks now and then: since the last reading that is a second old. Thread-safe.
 */
public final class RateMeter {

  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Totals before;
  private long beforeNanos;
  private Rates rates = Rates.NONE;

  /**
   * Begins to measure.
   *
   * @param nowNanos by {@link System#nanoTime}, as below
   */
  public RateMeter(Totals now, long nowNanos) {
    before = now;
    beforeNanos = nowNanos;
  }

  /** The rates until now; those of the last second if less than that has passed. */
  public synchronized Rates rates(Totals now, long nowNanos) {
    long nanos = nowNanos - beforeNanos;
    if (nanos >= LEAST_NANOS) {
      rates = Rates.between(before, now, nanos);
      before = now;
      beforeNanos = nowNanos;
    }
    return rates;
  }
}
