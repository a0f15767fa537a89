package dev.argyle.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration and the data directory are if the command line does not say so: the
 * variables of the XDG Base Directory Specification, and what systemd sets for a service
 * (systemd.exec(5)). Immutable.
 *
 * @param environment of the process
 * @param working the working directory, as paths in it are to be shown; empty: relative
 * @param system where {@code etc} and {@code var} are
 * @param user the effective user's number; 0: root
 */
public record DefaultPlaces(Map<String, String> environment, Path working, Path system, int user) {

  /** Names a configuration. */
  public static final String CONFIGURATION = "ARGYLE_CONFIG";

  /** For messages: where a configuration is looked for. */
  public static final String SEARCHED =
      "$ARGYLE_CONFIG, ./argyle.yaml, $XDG_CONFIG_HOME/argyle/argyle.yaml and"
          + " /etc/argyle/argyle.yaml";

  private static final String NAME = "argyle";
  private static final String FILE = "argyle.yaml";

  /** S_IWOTH. */
  private static final int EVERYBODY_WRITES = 02;

  public DefaultPlaces {
    environment = Map.copyOf(environment);
  }

  /** Those of this process. */
  public static DefaultPlaces ofThisProcess() {
    return new DefaultPlaces(System.getenv(), Path.of(""), Path.of("/"), effectiveUser());
  }

  /** /proc/self belongs to the effective user. */
  private static int effectiveUser() {
    try {
      return number(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException noLinux) {
      return "root".equals(System.getProperty("user.name")) ? 0 : -1;
    }
  }

  /** The first configuration that is there; null: none is. What ARGYLE_CONFIG names must be. */
  public @Nullable Path configuration() {
    Path named = variable(CONFIGURATION);
    if (named != null) {
      return named;
    }
    return Stream.of(inWorkingDirectory(), inHome("XDG_CONFIG_HOME", ".config"), etc())
        .flatMap(Stream::ofNullable)
        .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS)) // a dead link is an error
        .findFirst()
        .orElse(null);
  }

  /** Whether it is ARGYLE_CONFIG that says which. */
  public boolean isNamed() {
    return variable(CONFIGURATION) != null;
  }

  private Path inWorkingDirectory() {
    return working.resolve(FILE);
  }

  private @Nullable Path inHome(String variable, String folder) {
    Path home = home(variable, folder);
    return home == null ? null : home.resolve(FILE);
  }

  private Path etc() {
    return system.resolve("etc").resolve(NAME).resolve(FILE);
  }

  /**
   * Why a configuration that was found must not be used without being named; null: it may. Whoever
   * starts a server in a folder where others may write would else run with their configuration.
   */
  public @Nullable String distrust(Path found) {
    if (!found.equals(inWorkingDirectory()) || found.equals(variable(CONFIGURATION))) {
      return null;
    }
    try {
      int owner = number(found, "unix:uid");
      if (owner != 0 && owner != user) {
        return "belongs to user "
            + Integer.toUnsignedString(owner)
            + ", and was found here only because it is in the working directory; to use it, name it"
            + " with -c";
      }
      return (number(found, "unix:mode") & EVERYBODY_WRITES) == 0
          ? null
          : "everybody may write to it, and it was found here only because it is in the working"
              + " directory; chmod o-w, or name it with -c";
    } catch (IOException | UnsupportedOperationException unknown) {
      return null; // reading it says what is wrong
    }
  }

  private static int number(Path file, String attribute) throws IOException {
    return Files.getAttribute(file, attribute) instanceof Integer number ? number : -1;
  }

  /** Root's, and a service's, are not below a home. */
  public boolean isRoot() {
    return user == 0;
  }

  /** What systemd gives a service to keep its data in (StateDirectory=); null: it is none. */
  public @Nullable Path stateOfService() {
    String all = environment.getOrDefault("STATE_DIRECTORY", "");
    String first = List.of(all.split(":", 2)).getFirst(); // one for each name there
    return first.isEmpty() ? null : Path.of(first);
  }

  /** Where a user's programs keep their data; null: the user has no home. */
  public @Nullable Path stateOfUser() {
    return home("XDG_STATE_HOME", ".local/state");
  }

  /** Where a package keeps the data of its service. */
  public Path stateOfSystem() {
    return system.resolve("var").resolve("lib").resolve(NAME);
  }

  /** What was the default everywhere, and still is for root. */
  public Path dataHere() {
    return working.resolve("data");
  }

  /** Relative paths in these variables are ignored, as the specification has it. */
  private @Nullable Path home(String variable, String folder) {
    Path base = variable(variable);
    if (base == null || !base.isAbsolute()) {
      Path home = variable("HOME");
      base = home == null || !home.isAbsolute() ? null : home.resolve(folder);
    }
    return base == null ? null : base.resolve(NAME);
  }

  /** Null: not set, or empty, which is the same there. */
  private @Nullable Path variable(String name) {
    String value = environment.getOrDefault(name, "");
    return value.isEmpty() ? null : Path.of(value);
  }
}
