package dev.argyle.cli.doctor;

import dev.argyle.cli.door.DoorProblem;
import dev.argyle.cli.door.Endpoints;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The server on a data directory.
 *
 * @param pid 0: none runs, or its number is not known
 * @param unknown why it is not known whether one runs; null: it is known
 */
record RunningServer(Path data, boolean isRunning, long pid, @Nullable String unknown) {

  static RunningServer on(Path data) {
    try {
      if (!DataDirectory.isHeld(data)) {
        return new RunningServer(data, false, 0, null);
      }
      return new RunningServer(data, true, Endpoints.read(data).pid(), null);
    } catch (DoorProblem starting) { // it has not written where it listens
      return new RunningServer(data, true, 0, null);
    } catch (IOException unreadable) {
      return new RunningServer(data, false, 0, FileFailure.words(unreadable));
    }
  }

  void tell(Findings findings) {
    if (unknown != null) {
      findings.warn(
          data + ": it cannot be found out whether a server runs here (" + unknown + ")",
          "run this as the user that the server runs as, or as root");
    } else if (!isRunning) {
      findings.ok("none runs on " + data);
    } else {
      findings.ok(pid == 0 ? "one starts on " + data : "process " + pid + " runs on " + data);
    }
  }
}
