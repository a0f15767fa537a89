package dev.argyle.server;

import dev.argyle.server.systemd.ActivatedSockets;
import dev.argyle.server.systemd.Notifier;
import dev.argyle.server.systemd.Watchdog;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the service manager is told of a server's life; nothing where there is none. Shared by the
 * thread that starts the server, those of signals, and the watchdog's.
 */
final class Supervision implements AutoCloseable {

  private final Notifier notifier;
  private final Supplier<String> doing;
  private final Object reloads = new Object(); // each signal has a thread: one reload at a time
  private volatile boolean rejected;
  private @Nullable Watchdog watchdog;

  /**
   * @param doing one line for people: what the server does now
   */
  Supervision(Notifier notifier, Supplier<String> doing) {
    this.notifier = notifier;
    this.doing = doing;
  }

  /** Descriptors of listeners that systemd has opened for this process; none: it opens its own. */
  static List<Integer> givenListeners() throws StartFailure {
    try {
      return ActivatedSockets.ofThisProcess();
    } catch (IllegalArgumentException wrong) {
      throw new StartFailure(String.valueOf(wrong.getMessage()), 1);
    }
  }

  /**
   * The server serves.
   *
   * @param loops that must turn for it to be alive
   */
  void ready(List<EventExecutor> loops) {
    if (notifier.isOn()) {
      notifier.ready(status());
      watchdog = Watchdog.start(notifier, System.getenv(), loops, this::status);
    }
  }

  /**
   * Reads the configuration again, and tells when that begins and is over.
   *
   * @param reload answers whether what the file says is in force
   */
  void reload(BooleanSupplier reload) {
    synchronized (reloads) {
      if (!notifier.isOn()) {
        rejected = !reload.getAsBoolean();
        return;
      }
      notifier.reloading();
      try {
        rejected = !reload.getAsBoolean();
      } finally {
        notifier.ready(status()); // whatever comes of it: the server serves
      }
    }
  }

  private String status() {
    return doing.get() + (rejected ? "; the last reload was rejected, the log says why" : "");
  }

  /**
   * The server ends.
   *
   * @param atMost how long open connections may take to finish
   */
  void stopping(Duration atMost) {
    endWatchdog(); // systemd waits for no sign any more
    notifier.stopping(atMost);
  }

  private void endWatchdog() {
    if (watchdog != null) {
      watchdog.close();
      watchdog = null;
    }
  }

  @Override
  public void close() {
    endWatchdog();
    notifier.close();
  }
}
