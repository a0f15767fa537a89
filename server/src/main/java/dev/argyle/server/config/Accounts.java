package dev.argyle.server.config;

import org.jspecify.annotations.Nullable;

/**
 * Where accounts are kept.
 *
 * @param url null: SQLite in the data directory
 */
public record Accounts(@Nullable String url, int maxUsers) {

  static Accounts defaults() {
    return new Accounts(null, 100_000);
  }
}
