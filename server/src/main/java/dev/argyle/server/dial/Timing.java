package dev.argyle.server.dial;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Clock and timers of this package; tests move the time by hand. */
interface Timing {

  Timing SYSTEM =
      new Timing() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public Runnable after(EventExecutor loop, long delayNanos, Runnable task) {
          ScheduledFuture<?> future = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
          return () -> future.cancel(false);
        }
      };

  /** As {@link System#nanoTime}. */
  long nanoTime();

  /**
   * Runs {@code task} once on {@code loop}.
   *
   * @return cancels it; to be run on the loop
   */
  Runnable after(EventExecutor loop, long delayNanos, Runnable task);
}
