package dev.argyle.server.dial;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Timers of a dial; tests move the time by hand. */
interface Timing {

  Timing SYSTEM =
      (loop, delayNanos, task) -> {
        ScheduledFuture<?> future = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
      };

  /**
   * Runs {@code task} once on {@code loop}.
   *
   * @return cancels it; to be run on the loop
   */
  Runnable after(EventExecutor loop, long delayNanos, Runnable task);
}
