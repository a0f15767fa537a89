package dev.argyle.server.telemetry;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a log's lines go. */
public sealed interface LogDestination {

  /** No log. */
  record Nowhere() implements LogDestination {}

  /** The process's standard output. */
  record StandardOutput() implements LogDestination {}

  /** The process's standard error. */
  record StandardError() implements LogDestination {}

  /** A file, made with mode 0640 (less what the umask takes) if missing, appended to otherwise. */
  record File(Path path) implements LogDestination {}

  /** As the configuration names it: null, {@code stdout}, {@code stderr} or a file. */
  static LogDestination named(@Nullable String name) {
    if (name == null) {
      return new Nowhere();
    }
    return switch (name) {
      case "stdout" -> new StandardOutput();
      case "stderr" -> new StandardError();
      default -> new File(Path.of(name));
    };
  }
}
