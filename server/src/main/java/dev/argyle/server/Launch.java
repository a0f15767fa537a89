package dev.argyle.server;

import dev.argyle.server.config.ConfigurationSource;
import java.nio.file.Path;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param data accounts database, secrets, endpoints.json
 * @param users proxy users for this run, kept in memory only
 */
public record Launch(ConfigurationSource source, Path data, List<User> users) {

  /** A proxy user of {@code -u NAME:PASSWORD}. */
  public record User(String name, String password) {

    /** Without the password. */
    @Override
    public String toString() {
      return "User[" + name + "]";
    }
  }

  public Launch {
    users = List.copyOf(users);
  }
}
