package dev.argyle.server.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration comes from.
 *
 * @param file null: none, so every setting has its default
 */
public record ConfigurationSource(@Nullable Path file, Overrides overrides) {

  /** Reads the file, as it is now, and applies the overrides. */
  public Read load() {
    if (file != null) {
      return ConfigurationReader.read(file, overrides);
    }
    Configuration configuration = overrides.applyTo(Configuration.defaults());
    return OpenListener.problem(configuration, overrides, null)
        .<Read>map(problem -> new Read.Wrong(List.of(problem)))
        .orElseGet(() -> new Read.Ok(configuration));
  }
}
