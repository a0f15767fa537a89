package dev.argyle.server.config;

import org.jspecify.annotations.Nullable;

/** The management doors. A door whose endpoint is null does not listen. */
public record Management(Mass mass, Feed feed, Bottler bottler, Http http) {

  /** MASS over TCP. */
  public record Mass(@Nullable Endpoint listen, boolean anonymous, Counters counters) {}

  /** The byte order of counters. */
  public enum Counters {
    NETWORK,
    LITTLE_ENDIAN
  }

  /** FEED over SCTP, and over TCP if {@code tcp} is set. */
  public record Feed(@Nullable Endpoint listen, @Nullable Endpoint tcp) {}

  /** Bottler over UDP. */
  public record Bottler(@Nullable Endpoint listen) {}

  /** HTTP. */
  public record Http(@Nullable Endpoint listen) {}
}
