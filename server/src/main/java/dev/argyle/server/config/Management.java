package dev.argyle.server.config;

import java.time.Duration;
import java.util.List;
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

  /**
   * HTTP.
   *
   * @param tls its files; without them, HTTP is not encrypted
   * @param names of this server, beside its addresses
   * @param sessionIdle after which a session of the dashboard ends
   * @param sessionLifetime after which it ends however much it is used
   */
  public record Http(
      @Nullable Endpoint listen,
      Tls tls,
      List<String> names,
      Duration sessionIdle,
      Duration sessionLifetime) {

    public Http {
      names = List.copyOf(names);
    }
  }

  /**
   * Files in PEM; both, or none.
   *
   * @param certificate the server's own, then its chain
   * @param key of PKCS #8, not encrypted
   */
  public record Tls(@Nullable String certificate, @Nullable String key) {}
}
