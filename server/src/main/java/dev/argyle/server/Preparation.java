package dev.argyle.server;

import dev.argyle.server.account.AccountBook;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.LoggerFactory;

/**
 * Loads what every server needs, however it is configured, beside the reading of the command line
 * and the configuration: a third of a start is spent on it, and most machines have a second
 * processor. Whoever needs the result waits for it, so that no two threads initialise the same
 * classes.
 */
public final class Preparation {

  private static final FutureTask<?> ACCOUNTS = new FutureTask<>(AccountBook::prepare, null);
  private static final FutureTask<?> SOCKETS = new FutureTask<>(Transport::prepare, null);

  private Preparation() {}

  /** Begins; before anything else, and once. */
  public static void begin() {
    Signals.takeOver();
    LoggingProvider.name();
    LoggerFactory.getILoggerFactory(); // else loggers that two threads ask for are makeshift ones
    start("prepare accounts", ACCOUNTS);
    start("prepare sockets", SOCKETS);
  }

  private static void start(String name, FutureTask<?> task) {
    Thread.ofPlatform().daemon().name(name).start(task);
  }

  /** Waits until accounts can be opened quickly; loads what is missing where nobody has begun. */
  static void awaitAccounts() {
    done(ACCOUNTS);
  }

  /** Waits until a transport can be chosen quickly; the same. */
  static void awaitSockets() {
    done(SOCKETS);
  }

  private static void done(FutureTask<?> task) {
    task.run(); // no effect if it was begun
    boolean interrupted = false;
    while (true) {
      try {
        task.get();
        break;
      } catch (InterruptedException again) {
        interrupted = true;
      } catch (ExecutionException failed) {
        break; // whoever needs it will fail in its turn, and says what is wrong
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
