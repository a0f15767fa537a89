package dev.argyle.server.systemd;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the server is not stuck (WatchdogSec=, sd_watchdog_enabled(3)), at half of the
 * time after which systemd would end it. It is told only if every event loop has run a task that
 * was given to it since the last time: a loop that stands is deaf to its clients, and nobody but a
 * new process helps them. The loop's stack is logged, before systemd acts.
 *
 * <p>A thread of its own; loops are woken by it, so an idle server is too, but only where systemd
 * asks for it.
 */
public final class Watchdog implements AutoCloseable {

  /** After how long without a sign systemd ends the process, in microseconds. */
  static final String TIMEOUT = "WATCHDOG_USEC";

  /** Of whom it expects a sign. */
  static final String PROCESS = "WATCHDOG_PID";

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  private final Notifier notifier;
  private final List<EventExecutor> loops;
  private final Supplier<String> status;
  private final Duration interval;
  private final Thread thread;

  private Watchdog(
      Notifier notifier,
      List<EventExecutor> loops,
      Supplier<String> status,
      @Nullable Duration interval) {
    this.notifier = notifier;
    this.loops = List.copyOf(loops);
    this.status = status;
    this.interval = interval == null ? Duration.ZERO : interval;
    this.thread = Thread.ofPlatform().daemon().name("watchdog").unstarted(this::run);
    if (interval != null) {
      thread.start();
    }
  }

  /**
   * Begins, if systemd asks for it.
   *
   * @param environment of this process
   * @param loops each of which must turn
   * @param status one line for people about what the server does
   */
  public static Watchdog start(
      Notifier notifier,
      Map<String, String> environment,
      List<EventExecutor> loops,
      Supplier<String> status) {
    return new Watchdog(
        notifier,
        loops,
        status,
        notifier.isOn() ? interval(environment, ProcessHandle.current().pid()) : null);
  }

  /** How often to give a sign; null: systemd does not wait for one of this process. */
  static @Nullable Duration interval(Map<String, String> environment, long pid) {
    String timeout = environment.getOrDefault(TIMEOUT, "");
    String whose = environment.getOrDefault(PROCESS, "");
    if (timeout.isEmpty() || !(whose.isEmpty() || whose.equals(Long.toString(pid)))) {
      return null;
    }
    try {
      long micros = Long.parseLong(timeout);
      if (micros > 0) {
        return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(micros) / 2);
      }
    } catch (NumberFormatException wrong) {
      LOG.debug("not a number", wrong); // told below
    }
    LOG.warn("{}: must be a number of microseconds above 0, not \"{}\"", TIMEOUT, timeout);
    return null;
  }

  private void run() {
    try {
      while (true) {
        long asked = System.nanoTime();
        awaitTurns();
        notifier.alive(status.get());
        long left = interval.toNanos() - (System.nanoTime() - asked);
        TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
      }
    } catch (InterruptedException | RejectedExecutionException ended) {
      LOG.debug("the server ends", ended);
    }
  }

  /** Gives each loop a task, and returns when all are done; says which loop keeps it waiting. */
  private void awaitTurns() throws InterruptedException {
    CountDownLatch missing = new CountDownLatch(loops.size());
    List<Turn> turns = loops.stream().map(loop -> new Turn(loop, missing)).toList();
    turns.forEach(turn -> turn.loop.execute(turn));
    if (missing.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
      return;
    }
    turns.stream().filter(turn -> !turn.done).forEach(this::complain);
    missing.await();
    LOG.warn("every event loop turns again");
  }

  private void complain(Turn turn) {
    Throwable place = new Throwable("this is where it stands; nothing was thrown");
    String name = "?";
    if (turn.loop instanceof SingleThreadEventExecutor loop) {
      name = loop.threadProperties().name();
      place.setStackTrace(loop.threadProperties().stackTrace());
    }
    LOG.error(
        "event loop {} has not turned for {} ms, and its clients wait; systemd will restart the"
            + " server unless it goes on",
        name,
        interval.toMillis(),
        place);
  }

  /** A task that shows that its loop turns. */
  private static final class Turn implements Runnable {

    private final EventExecutor loop;
    private final CountDownLatch missing;
    private volatile boolean done;

    Turn(EventExecutor loop, CountDownLatch missing) {
      this.loop = loop;
      this.missing = missing;
    }

    @Override
    public void run() {
      done = true;
      missing.countDown();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
