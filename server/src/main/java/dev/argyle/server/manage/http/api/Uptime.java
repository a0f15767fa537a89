package dev.argyle.server.manage.http.api;

import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Since when a process runs, and for how long: the first by the clock on the wall, as it was at the
 * start, the second by one that does not jump.
 *
 * @param startedMillis milliseconds since 1970
 * @param startedNanos by {@code nanos}
 * @param nanos a monotonic clock
 */
record Uptime(long startedMillis, long startedNanos, LongSupplier nanos) {

  static Uptime ofThisProcess() {
    RuntimeMXBean process = ManagementFactory.getRuntimeMXBean();
    long before = TimeUnit.MILLISECONDS.toNanos(process.getUptime()); // monotonic in HotSpot
    return new Uptime(process.getStartTime(), System.nanoTime() - before, System::nanoTime);
  }

  /** For how long it runs. */
  long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - startedNanos);
  }
}
