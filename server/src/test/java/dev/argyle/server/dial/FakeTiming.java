package dev.argyle.server.dial;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A clock that a test moves. */
final class FakeTiming implements Timing {

  private final List<Task> tasks = new ArrayList<>();
  private long nowNanos = -5_000_000_000L; // as System.nanoTime(): any value, also below zero

  @Override
  public long nanoTime() {
    return nowNanos;
  }

  @Override
  public Runnable after(EventExecutor loop, long delayNanos, Runnable task) {
    Task entry = new Task(nowNanos + delayNanos, task);
    tasks.add(entry);
    return () -> tasks.remove(entry);
  }

  void passMillis(long millis) {
    long until = nowNanos + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      var due =
          tasks.stream()
              .filter(task -> task.atNanos - until <= 0)
              .min(Comparator.comparingLong(task -> task.atNanos - nowNanos));
      if (due.isEmpty()) {
        break;
      }
      nowNanos = Math.max(nowNanos, due.get().atNanos);
      tasks.remove(due.get());
      due.get().task.run();
    }
    nowNanos = until;
  }

  int waiting() {
    return tasks.size();
  }

  private record Task(long atNanos, Runnable task) {}
}
