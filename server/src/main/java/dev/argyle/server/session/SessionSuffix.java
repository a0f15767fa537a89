package dev.argyle.server.session;

import dev.argyle.wire.socks.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A login as {@code ana+session=abc}: the account's name, and the name of a session, which an
 * egress may go by. Pure.
 *
 * @param credentials those of the account
 * @param session 1 to 64 letters, digits, dots, hyphens and underscores; null: the login has none
 */
record SessionSuffix(Credentials credentials, @Nullable String session) {

  private static final Pattern SUFFIX =
      Pattern.compile("(.+)\\+session=([A-Za-z0-9._-]{1,64})", Pattern.DOTALL);

  /** What does not end in a session is the name of an account as a whole. */
  static SessionSuffix of(Credentials given) {
    // An octet is a character here.
    Matcher login = SUFFIX.matcher(new String(given.user(), StandardCharsets.ISO_8859_1));
    if (!login.matches()) {
      return new SessionSuffix(given, null);
    }
    byte[] name = Arrays.copyOf(given.user(), login.end(1));
    return new SessionSuffix(new Credentials(name, given.password()), login.group(2));
  }
}
