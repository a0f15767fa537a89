package dev.argyle.server;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * SIGTERM and SIGINT end the server in order, SIGHUP reads its configuration again, SIGUSR1 opens
 * its log files again. What SIGHUP and SIGUSR1 do by default is to end the process, so they are
 * taken over at the very beginning of a start ({@link #takeOver}), and those that come before the
 * server is ready are answered then. Shared by threads: the JVM's thread for signals and the one
 * that starts the server.
 */
final class Signals {

  /** What can be done while the server runs. */
  enum Request {
    RELOAD,
    REOPEN_LOGS
  }

  /** What is done about a request. */
  @FunctionalInterface
  interface Answer {
    void to(Request request);
  }

  private static final Signals PROCESS = new Signals();

  private final CountDownLatch stop = new CountDownLatch(1);

  // under the monitor
  private final Set<Request> early = EnumSet.noneOf(Request.class);
  private @Nullable Answer answer;

  Signals() {}

  /** Those of this process: SIGHUP and SIGUSR1 no longer end it. */
  static Signals takeOver() {
    handle("HUP", () -> PROCESS.come(Request.RELOAD));
    handle("USR1", () -> PROCESS.come(Request.REOPEN_LOGS));
    return PROCESS;
  }

  /** The server is ready: SIGTERM and SIGINT end it in order, and requests are answered. */
  void ready(Answer how) {
    handle("TERM", stop::countDown);
    handle("INT", stop::countDown);
    answerWith(how);
  }

  /** Requests are answered from now on; those that have come already at once, here. */
  void answerWith(Answer how) {
    Set<Request> waiting;
    synchronized (this) {
      answer = how;
      waiting = EnumSet.copyOf(early);
      early.clear();
    }
    waiting.forEach(how::to);
  }

  /** A signal has come. */
  void come(Request request) {
    Answer how;
    synchronized (this) {
      how = answer;
      if (how == null) {
        early.add(request);
      }
    }
    if (how != null) {
      how.to(request);
    }
  }

  private static void handle(String name, Runnable action) {
    try {
      Signal.handle(new Signal(name), _ -> action.run());
    } catch (IllegalArgumentException unknown) {
      LoggerFactory.getLogger(Signals.class).debug("this system has no SIG{}", name);
    }
  }

  /** Returns when the server is to stop. */
  void awaitStop() throws InterruptedException {
    stop.await();
  }
}
