package dev.argyle.server.config;

import java.time.Duration;
import java.util.List;

/**
 * Name resolution.
 *
 * @param servers addresses and ports; empty: those of the system
 * @param timeout for one query
 * @param cacheEntries names that are remembered, negative answers included
 * @param maxTtl the longest time that an answer is remembered
 * @param negativeTtl how long it is remembered that a name does not exist, at most
 */
public record Dns(
    List<Endpoint> servers,
    Duration timeout,
    int cacheEntries,
    Duration maxTtl,
    Duration negativeTtl) {

  public Dns {
    servers = List.copyOf(servers);
  }

  static Dns defaults() {
    return new Dns(
        List.of(), Duration.ofSeconds(3), 10_000, Duration.ofHours(1), Duration.ofSeconds(30));
  }
}
