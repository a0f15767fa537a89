package dev.argyle.server.manage.http;

import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The head of a response: what its resource says, and what every response of this door has. */
final class Heads {

  /**
   * Nothing is loaded from elsewhere, no script or style is inline, nobody frames a page of ours,
   * and a form sends nothing by itself: what a user's name could smuggle in has no effect.
   */
  static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
          + " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private Heads() {}

  /**
   * Of a response with a body of known length.
   *
   * @param closes whether the connection ends behind it
   */
  static HttpResponse of(Response.Whole response, boolean closes) {
    HttpResponse head = head(response, closes);
    if (response.status() >= 200 && response.status() != 204 && response.status() != 304) {
      head.headers().set("Content-Length", response.octets().length);
    }
    if (!response.contentType().isEmpty()) {
      head.headers().set("Content-Type", response.contentType());
    }
    return head;
  }

  /**
   * Of a response whose end nobody knows.
   *
   * @param chunked whether the client knows chunks; else the connection's end is its own
   */
  static HttpResponse of(Response.Streaming response, boolean chunked) {
    HttpResponse head = head(response, true);
    head.headers().set("Content-Type", response.contentType());
    if (chunked) {
      head.headers().set("Transfer-Encoding", "chunked");
    }
    return head;
  }

  private static HttpResponse head(Response response, boolean closes) {
    HttpResponse head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()));
    HttpHeaders headers = head.headers();
    headers.set(
        "Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
    headers.set("Cache-Control", "no-store"); // unless the resource knows better
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    response.headers().forEach(headers::set);
    if (closes) {
      headers.set("Connection", "close");
    }
    return head;
  }
}
