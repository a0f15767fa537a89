package dev.argyle.server.config;

import java.util.List;

/**
 * A whole configuration, every default filled in. Immutable: reading the file again makes another
 * one.
 */
public record Configuration(
    Socks socks,
    List<RuleLine> rules,
    Dns dns,
    Dissectors dissectors,
    Management management,
    Accounts accounts,
    Log log) {

  public Configuration {
    rules = List.copyOf(rules);
  }

  /** What holds where there is no file. */
  public static Configuration defaults() {
    return new Configuration(
        Socks.defaults(),
        List.of(),
        Dns.defaults(),
        Dissectors.defaults(),
        Management.defaults(),
        Accounts.defaults(),
        Log.defaults());
  }
}
