package dev.argyle.server.config;

import dev.argyle.wire.Addresses;
import org.jspecify.annotations.Nullable;

/**
 * Warnings about management doors: none of their protocols but HTTPS is encrypted, so a door that
 * other hosts can reach shows whoever is on the way what administrators do, and their passwords.
 */
final class OpenDoors {

  private final @Nullable String option;
  private final Section file;
  private final Problems warnings;

  private OpenDoors(@Nullable String option, Section file, Problems warnings) {
    this.option = option;
    this.file = file;
    this.warnings = warnings;
  }

  /**
   * @param option the host of {@code -L}; null: it was not given
   * @param file where the keys are
   */
  static void check(
      Management management, @Nullable String option, Section file, Problems warnings) {
    OpenDoors doors = new OpenDoors(option, file, warnings);
    doors.reached("mass.listen", management.mass().listen(), "administrators' passwords");
    doors.reached("feed.listen", management.feed().listen(), "administrators' passwords");
    doors.reached("feed.tcp", management.feed().tcp(), "administrators' passwords");
    doors.reached("bottler.listen", management.bottler().listen(), "what is managed");
    if (management.http().tls().certificate() == null) {
      doors.reached("http.listen", management.http().listen(), "administrators' passwords");
    }
    if (management.mass().anonymous() && management.mass().listen() != null) {
      doors.warn(
          "mass.anonymous",
          "whoever can connect to "
              + management.mass().listen()
              + " may read the names of all users, without a login");
    }
  }

  private void reached(String key, @Nullable Endpoint listen, String seen) {
    if (listen != null && !Addresses.isLoopback(listen.host())) {
      warn(
          key,
          "other hosts can reach "
              + listen
              + ", which is not encrypted: "
              + seen
              + " can be read on the way; listen on loopback and use ssh or a VPN"
              + (key.startsWith("http") ? ", or set management.http.tls" : ""));
    }
  }

  private void warn(String key, String message) {
    String path = "management." + key;
    Value value = file.value(path);
    if (value == null || (option != null && key.endsWith("listen"))) {
      warnings.add(
          new ConfigProblem("argyle", 0, 0, option == null ? path : "-L " + option, message));
    } else {
      warnings.add(value.node(), path, message);
    }
  }
}
