package dev.argyle.server.manage.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a request before anybody looks at what it is for. */
final class Malformed {

  private Malformed() {}

  /** Whether only the length was wrong. */
  static boolean isLength(Throwable cause) {
    return cause instanceof TooLongHttpLineException || cause instanceof TooLongHttpHeaderException;
  }

  /** Of what the decoder could not read. */
  static Problem problem(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Problem.of(
          414,
          "URI too long",
          "the request line is longer than " + RequestDecoder.MAX_LINE_OCTETS + " octets",
          "send a shorter path or query");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Problem.of(
          431,
          "Request header fields too large",
          "the headers have more than " + RequestDecoder.MAX_HEADERS_OCTETS + " octets",
          "send fewer or shorter headers");
    }
    return Problem.badRequest(
        "the request is not HTTP/1.1 as RFC 9112 has it",
        "send lines that end in CR LF, and one length of the body; for https, set"
            + " management.http.tls");
  }

  /** What is wrong with a head that could be read; null: nothing. */
  static @Nullable Problem head(HttpRequest head) {
    HttpVersion version = head.protocolVersion();
    if (!version.protocolName().equals("HTTP") || version.majorVersion() != 1) {
      return Problem.of(
          505, "HTTP version not supported", "this is not HTTP/1.1", "send HTTP/1.1 or HTTP/1.0");
    }
    HttpHeaders headers = head.headers();
    List<String> encodings = headers.getAll("Transfer-Encoding");
    if (!encodings.isEmpty()
        && (encodings.size() > 1
            || !encodings.getFirst().equalsIgnoreCase("chunked")
            || version.minorVersion() == 0)) {
      return Problem.badRequest(
          "the Transfer-Encoding is not chunked, once, in HTTP/1.1",
          "send a Content-Length instead");
    }
    String expects = headers.get("Expect");
    if (expects != null && !expects.equalsIgnoreCase("100-continue")) {
      return Problem.of(
          417, "Expectation failed", "only 100-continue can be expected", "leave Expect out");
    }
    return HttpUtil.getContentLength(head, 0L) > RequestBody.MAX_OCTETS ? tooLong() : null;
  }

  static Problem tooLong() {
    return Problem.of(
        413,
        "Content too large",
        "the body is longer than " + RequestBody.MAX_OCTETS + " octets",
        "send less at once");
  }
}
