package dev.argyle.server;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** SIGTERM and SIGINT end the server in order, SIGHUP reads its configuration again. */
final class Signals {

  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);

  private final CountDownLatch stop = new CountDownLatch(1);

  /**
   * Takes the process's signals over.
   *
   * @param reload done on a thread of its own, one at a time
   */
  void install(Runnable reload) {
    handle("TERM", stop::countDown);
    handle("INT", stop::countDown);
    handle("HUP", reload);
  }

  private static void handle(String name, Runnable action) {
    try {
      Signal.handle(new Signal(name), _ -> action.run());
    } catch (IllegalArgumentException unknown) {
      LOG.debug("this system has no SIG{}", name);
    }
  }

  /** Returns when the server is to stop. */
  void awaitStop() throws InterruptedException {
    stop.await();
  }
}
