package dev.argyle.server.config;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Where accounts are stored, how many there may be, and by which clock they live.
 *
 * @param url null: SQLite in the data directory
 * @param timeZone null: the system's
 */
public record Accounts(@Nullable String url, int maxUsers, @Nullable ZoneId timeZone) {

  /** By the system's clock. */
  public Accounts(@Nullable String url, int maxUsers) {
    this(url, maxUsers, null);
  }

  /** The time zone in which hours hold and periods begin. */
  public ZoneId zone() {
    return timeZone == null ? ZoneId.systemDefault() : timeZone;
  }
}
