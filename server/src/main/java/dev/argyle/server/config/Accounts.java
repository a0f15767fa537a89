package dev.argyle.server.config;

import org.jspecify.annotations.Nullable;

/**
 * Where accounts are stored, and how many there may be.
 *
 * @param url null: SQLite in the data directory
 */
public record Accounts(@Nullable String url, int maxUsers) {}
