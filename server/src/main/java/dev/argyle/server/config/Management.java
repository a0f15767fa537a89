package dev.argyle.server.config;

import org.jspecify.annotations.Nullable;

/** The management doors. A null endpoint: not listening. */
public record Management(Mass mass, Feed feed, Bottler bottler, Http http) {

  /** MASS over TCP. */
  public record Mass(@Nullable Endpoint listen, boolean anonymous, boolean littleEndianCounters) {}

  /** FEED over SCTP, and over TCP where asked for. */
  public record Feed(@Nullable Endpoint listen, @Nullable Endpoint tcp) {}

  /** Bottler over UDP. */
  public record Bottler(@Nullable Endpoint listen) {}

  /** HTTP. */
  public record Http(@Nullable Endpoint listen) {}

  static Management defaults() {
    Endpoint conventional = new Endpoint("127.0.0.1", 8080);
    return new Management(
        new Mass(conventional, false, false),
        new Feed(conventional, null),
        new Bottler(conventional),
        new Http(new Endpoint("127.0.0.1", 8081)));
  }
}
