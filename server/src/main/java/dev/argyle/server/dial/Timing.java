package dev.argyle.server.dial;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Time, as a dial sees it: a test moves it by hand. */
public interface Timing {

  /** Real time. */
  Timing SYSTEM =
      new Timing() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public Alarm after(EventExecutor loop, long delayNanos, Runnable task) {
          ScheduledFuture<?> future = loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
          return () -> future.cancel(false);
        }
      };

  /** As {@link System#nanoTime()}; asked from any thread. */
  long nanoTime();

  /** Runs {@code task} once on {@code loop}. */
  Alarm after(EventExecutor loop, long delayNanos, Runnable task);

  /** A task that waits for its time. */
  interface Alarm {

    /** On the loop: the task will not run. After it has run it does nothing. */
    void cancel();
  }
}
