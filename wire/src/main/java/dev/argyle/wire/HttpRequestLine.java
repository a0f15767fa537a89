package dev.argyle.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Recognises the begin of a request of HTTP by its method, on a port where none is expected. */
public final class HttpRequestLine {

  /** How far the first octets of a connection agree with a request. */
  public enum Match {
    /** They are something else. */
    NO,
    /** They may become a request, or something else. */
    PARTLY,
    /** A method and the space behind it are there. */
    YES
  }

  /** The methods of RFC 9110 and 5789, and the preface of HTTP/2 (RFC 9113, section 3.4). */
  private static final List<byte[]> METHODS =
      Stream.of(
              "GET ",
              "HEAD ",
              "POST ",
              "PUT ",
              "DELETE ",
              "OPTIONS ",
              "PATCH ",
              "CONNECT ",
              "TRACE ",
              "PRI * HTTP/2.0")
          .map(word -> word.getBytes(StandardCharsets.US_ASCII))
          .toList();

  private HttpRequestLine() {}

  /**
   * Looks at what came first on a connection.
   *
   * @param in from its position; not moved, not kept
   */
  public static Match match(ByteBuffer in) {
    for (byte[] method : METHODS) {
      if (agree(method, in)) {
        return in.remaining() < method.length ? Match.PARTLY : Match.YES;
      }
    }
    return Match.NO;
  }

  private static boolean agree(byte[] word, ByteBuffer in) {
    int length = Math.min(word.length, in.remaining());
    for (int i = 0; i < length; i++) {
      if (in.get(in.position() + i) != word[i]) {
        return false;
      }
    }
    return true;
  }
}
