package dev.argyle.cli;

import dev.argyle.cli.door.Trust;
import dev.argyle.server.config.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What {@code --server} says: {@code HOST:PORT}, or {@code https://HOST:PORT}. */
final class ServerName {

  private static final String HTTPS = "https://";
  private static final String HTTP = "http://";

  private ServerName() {}

  /** Whether {@code --ca} goes with {@code --server}. */
  static void check(@Nullable String server, @Nullable Path authorities)
      throws PasswordInput.Unusable {
    if (authorities == null) {
      return;
    }
    if (server == null) {
      throw new PasswordInput.Unusable(
          "--ca: only valid with --server; with --data, the data directory has the certificate");
    }
    if (server.startsWith(HTTP)) {
      throw new PasswordInput.Unusable("--ca: is for HTTPS; write --server https://HOST:PORT");
    }
  }

  /** Where it is. */
  static InetSocketAddress address(String text) throws PasswordInput.Unusable {
    String place = text;
    for (String scheme : new String[] {HTTPS, HTTP}) {
      if (text.startsWith(scheme)) {
        place = text.substring(scheme.length());
        place = place.endsWith("/") ? place.substring(0, place.length() - 1) : place;
      }
    }
    try {
      Endpoint endpoint = Endpoint.parse(place);
      return InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port());
    } catch (IllegalArgumentException wrong) {
      throw new PasswordInput.Unusable("--server: " + wrong.getMessage());
    }
  }

  /** Whom to believe; null: HTTPS is not meant. */
  static @Nullable Trust trust(String text, @Nullable Path authorities)
      throws PasswordInput.Unusable {
    if (!text.startsWith(HTTPS) && authorities == null) {
      return null;
    }
    try {
      return Trust.authorities(authorities);
    } catch (IOException unusable) {
      throw new PasswordInput.Unusable("--ca: " + unusable.getMessage());
    }
  }
}
