package dev.argyle.server;

import dev.argyle.server.config.FileFailure;
import dev.argyle.server.config.Log;
import dev.argyle.server.telemetry.AccessLog;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LogDestination;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.server.telemetry.Telemetry;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Opens what the configuration's {@code log} asks for. */
final class Logs {

  private Logs() {}

  static Telemetry open(Log log, Counters counters) throws StartFailure {
    AccessLog.Format format =
        switch (log.format()) {
          case TAB -> AccessLog.Format.TAB;
          case JSON -> AccessLog.Format.JSON;
        };
    return new Telemetry(
        counters,
        opened(
            "log.access",
            log.access(),
            destination -> AccessLog.open(destination, format, counters)),
        opened(
            "log.security",
            log.security(),
            destination -> SecurityLog.open(destination, counters, InstantSource.system())));
  }

  /** Opens a log. */
  private interface Opening<L> {
    L open(LogDestination destination) throws IOException;
  }

  private static <L> L opened(String key, @Nullable String name, Opening<L> opening)
      throws StartFailure {
    try {
      return opening.open(LogDestination.named(name));
    } catch (NoSuchFileException missing) {
      throw new StartFailure(
          key + ": " + name + ": its folder does not exist; create it, or name another file", 1);
    } catch (AccessDeniedException denied) {
      throw new StartFailure(
          key + ": " + name + ": permission denied; change its owner, or name another file", 1);
    } catch (IOException failed) {
      throw new StartFailure(
          key
              + ": "
              + name
              + ": cannot be opened: "
              + FileFailure.advised(failed, "name another file"),
          1);
    }
  }
}
