package dev.argyle.server;

import dev.argyle.server.config.ConfigurationSource;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param data accounts database, secrets, endpoints.json
 * @param dataNote what the operator is told about that place; null: nothing
 * @param users proxy users for this run, kept in memory only
 */
public record Launch(
    ConfigurationSource source, Path data, @Nullable String dataNote, List<User> users) {

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
