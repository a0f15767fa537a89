package dev.argyle.server.account;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a virtual thread of its own, until it is closed. */
final class Housekeeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  Housekeeper(Duration every, Runnable work) {
    thread = Thread.ofVirtual().name("accounts").start(() -> keepHouse(every, work));
  }

  private void keepHouse(Duration every, Runnable work) {
    boolean failing = false;
    while (!waitForClose(every)) {
      try {
        work.run();
        failing = false;
      } catch (RuntimeException failed) {
        if (!failing) { // once, until it works again
          LOG.warn("accounts: {}", failed.getMessage(), failed);
        }
        failing = true;
      }
    }
  }

  private boolean waitForClose(Duration every) {
    try {
      return closed.await(every.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      return true;
    }
  }

  /** Returns when the work is not running, and will not run again. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
