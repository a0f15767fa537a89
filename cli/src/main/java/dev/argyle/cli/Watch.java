package dev.argyle.cli;

import dev.argyle.cli.door.DoorProblem;
import dev.argyle.client.manage.ManagementException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The option of commands that can show the same again and again. */
final class Watch {

  private static final Duration PAUSE = Duration.ofSeconds(2);

  @Option(names = "--watch", description = "Keeps running, and shows it again every 2 s.")
  private boolean watch;

  boolean isOn() {
    return watch;
  }

  /** A request that a signal has cut short has not failed. */
  private static void show(Shown shown, Interruption interruption)
      throws ManagementException, DoorProblem {
    try {
      shown.show();
    } catch (ManagementException failed) {
      if (!interruption.hasCome()) {
        throw failed;
      }
    }
  }

  /** Shows something. */
  @FunctionalInterface
  interface Shown {
    void show() throws ManagementException, DoorProblem;
  }

  /** Once, or until SIGINT or SIGTERM, or until nobody reads any more. */
  void repeat(CtlOutput out, Shown shown) throws ManagementException, DoorProblem {
    if (!watch) {
      shown.show();
      return;
    }
    try (Interruption interruption = Interruption.ofThisThread()) {
      boolean read = true;
      for (boolean first = true; read && !interruption.hasCome(); first = false) {
        out.again(first);
        show(shown, interruption);
        read = out.flush();
        if (read) {
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException asked) {
      out.flush();
    }
  }
}
