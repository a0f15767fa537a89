package dev.argyle.server.config;

import java.time.Duration;
import java.util.List;

/**
 * Name resolution. {@code Keys} has the meaning and the bounds of each component.
 *
 * @param servers empty: those of the system
 * @param cacheEntries includes names that do not exist
 */
public record Dns(
    List<Endpoint> servers,
    Duration timeout,
    Duration questionTimeout,
    int maxPerSource,
    int maxQuestions,
    int cacheEntries,
    Duration maxTtl,
    Duration negativeTtl) {

  public Dns {
    servers = List.copyOf(servers);
  }
}
