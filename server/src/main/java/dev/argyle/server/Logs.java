package dev.argyle.server;

import dev.argyle.server.config.Log;
import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Journal;
import dev.argyle.server.telemetry.LogDestination;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import java.io.IOException;
import java.time.InstantSource;

/** Opens what the configuration's {@code log} asks for. */
final class Logs {

  private Logs() {}

  static Telemetry open(Log log) throws StartFailure {
    Counters counters = new Counters();
    AccessLog.Format format =
        switch (log.format()) {
          case TAB -> AccessLog.Format.TAB;
          case JSON -> AccessLog.Format.JSON;
        };
    try {
      return new Telemetry(
          counters,
          new ConnectionTable(),
          new Journal(),
          AccessLog.open(LogDestination.named(log.access()), format, counters),
          SecurityLog.open(LogDestination.named(log.security()), counters, InstantSource.system()));
    } catch (IOException failed) {
      throw new StartFailure("log: cannot be opened: " + failed.getMessage(), 1);
    }
  }
}
