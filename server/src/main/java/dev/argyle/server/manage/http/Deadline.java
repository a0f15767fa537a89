package dev.argyle.server.manage.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a connection waits for, one thing at a time. Belongs to its loop. */
final class Deadline {

  private final EventExecutor loop;
  private @Nullable ScheduledFuture<?> set;

  Deadline(EventExecutor loop) {
    this.loop = loop;
  }

  /** In the place of what was set before. */
  void set(Duration time, Runnable late) {
    cancel();
    set = loop.schedule(late, time.toNanos(), TimeUnit.NANOSECONDS);
  }

  void cancel() {
    if (set != null) {
      set.cancel(false);
      set = null;
    }
  }
}
