package dev.argyle.server.telemetry;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections are open now, and the most that ever were at once; exact. Any thread may
 * call. Two calls per connection: a contended atomic costs nothing that can be measured.
 */
public final class Concurrency {
  private final AtomicInteger current = new AtomicInteger();
  private final AtomicInteger highest = new AtomicInteger();

  Concurrency() {}

  void opened() {
    int now = current.incrementAndGet();
    if (now > highest.get()) {
      highest.accumulateAndGet(now, Math::max);
    }
  }

  void closed() {
    current.decrementAndGet();
  }

  /** Open now. */
  public int current() {
    return current.get();
  }

  /** The high-water mark since the process began. */
  public int highest() {
    return highest.get();
  }
}
