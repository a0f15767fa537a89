package dev.argyle.server.telemetry;

import java.time.Instant;

/** Seconds as RFC 3339 text in UTC; the last one is remembered. Belongs to one thread. */
final class Timestamps {
  private long second = Long.MIN_VALUE;
  private String text = "";

  /** {@code 2026-01-02T03:04:05Z}, rounded down to the second. */
  String text(long millis) {
    long wanted = Math.floorDiv(millis, 1000L);
    if (wanted != second) {
      second = wanted;
      text = Instant.ofEpochSecond(wanted).toString(); // no fraction when it is zero
    }
    return text;
  }
}
