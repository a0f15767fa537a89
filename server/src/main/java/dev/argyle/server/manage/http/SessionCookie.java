package dev.argyle.server.manage.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that stands for a session: no script can read it, and no other site's page sends it.
 */
final class SessionCookie {

  static final String NAME = "argyle-session";

  private static final String ATTRIBUTES = "; Path=/; HttpOnly; SameSite=Strict";

  private SessionCookie() {}

  /** What a request shows; null: nothing, or two of them, one of which somebody else has set. */
  static @Nullable String read(HttpHeaders headers) {
    String found = null;
    for (String header : headers.getAll("Cookie")) {
      for (Cookie cookie : ServerCookieDecoder.STRICT.decodeAll(header)) {
        if (cookie.name().equals(NAME)) {
          if (found != null) {
            return null;
          }
          found = cookie.value();
        }
      }
    }
    return found;
  }

  /** The header that sets it; it lasts as long as the browser runs, or the session does. */
  static String set(String identifier, boolean secure) {
    return NAME + "=" + identifier + ATTRIBUTES + (secure ? "; Secure" : "");
  }

  /** The header that takes it away. */
  static String removed(boolean secure) {
    return NAME + "=" + ATTRIBUTES + "; Max-Age=0" + (secure ? "; Secure" : "");
  }
}
