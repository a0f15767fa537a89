package dev.argyle.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration comes from.
 *
 * @param file null: none, so every key has its default
 */
public record ConfigurationSource(@Nullable Path file, Overrides overrides) {

  /** Reads the file, as it is now, and applies the overrides. */
  public Read load() {
    return file == null
        ? ConfigurationReader.read(overrides)
        : ConfigurationReader.read(file, overrides);
  }
}
