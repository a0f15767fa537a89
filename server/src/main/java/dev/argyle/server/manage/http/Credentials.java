package dev.argyle.server.manage.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A name and a password, as octets (RFC 7617). Not shown. */
final class Credentials {

  private static final String SCHEME = "basic ";

  private final byte[] name;
  private final byte[] password;

  private Credentials(byte[] name, byte[] password) {
    this.name = name;
    this.password = password;
  }

  /** Of a form. */
  static Credentials of(String name, String password) {
    return new Credentials(
        name.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads an Authorization header; null: it has no name and password. */
  static @Nullable Credentials read(String authorization) {
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    try {
      byte[] both = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
      for (int i = 0; i < both.length; i++) {
        if (both[i] == ':') {
          return new Credentials(
              Arrays.copyOf(both, i), Arrays.copyOfRange(both, i + 1, both.length));
        }
      }
      return null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  byte[] name() {
    return name;
  }

  byte[] password() {
    return password;
  }
}
