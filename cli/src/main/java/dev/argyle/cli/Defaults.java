package dev.argyle.cli;

import dev.argyle.server.account.DataPlace;
import dev.argyle.server.config.DefaultPlaces;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What {@code -c} and {@code --data} mean where they are not given. */
final class Defaults {

  /** Of {@code --data}, for commands that look for a server. */
  static final String DATA =
      "The data directory of a server on this machine; unless given, the one that argyle serve"
          + " takes.";

  /** Of {@code --data}, for commands that work on the directory itself. */
  static final String DIRECTORY =
      "The data directory; unless given, the one that argyle serve takes";

  /** Of {@code -c}. */
  static final String CONFIGURATION =
      "The configuration file, YAML. Unless given, the first of $ARGYLE_CONFIG, ./argyle.yaml,"
          + " $XDG_CONFIG_HOME/argyle/argyle.yaml and /etc/argyle/argyle.yaml that exists";

  private Defaults() {}

  /** The configuration to read; null: there is none, so every setting has its default. */
  static @Nullable Path configuration(CommandSpec command, @Nullable Path given) {
    return given != null ? given : found(command, DefaultPlaces.ofThisProcess());
  }

  private static @Nullable Path found(CommandSpec command, DefaultPlaces places) {
    Path found = places.configuration();
    if (found != null && places.isNamed() && Files.notExists(found)) {
      throw new ParameterException(
          command.commandLine(),
          "ARGYLE_CONFIG: "
              + found
              + ": there is no such file; correct the variable, or give a file with -c");
    }
    String wrong = found == null ? null : places.distrust(found);
    if (wrong != null) {
      throw new ParameterException(command.commandLine(), found + ": " + wrong);
    }
    return found;
  }

  /** The configuration to read, for a command that is of no use without one. */
  static Path requiredConfiguration(CommandSpec command, @Nullable Path given) {
    Path file = configuration(command, given);
    if (file == null) {
      throw new ParameterException(
          command.commandLine(),
          "-c FILE: is missing, and there is no configuration at " + DefaultPlaces.SEARCHED);
    }
    return file;
  }

  /** The data directory. */
  static Path data(@Nullable Path given) {
    return given != null ? given : DataPlace.byDefault(DefaultPlaces.ofThisProcess()).path();
  }
}
