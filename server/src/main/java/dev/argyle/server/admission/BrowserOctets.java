package dev.argyle.server.admission;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Recognises what a browser sends to whatever address and port a web page names: a request of HTTP,
 * or a ClientHello of TLS. It is no attempt at anything by whoever runs the browser.
 */
public final class BrowserOctets {

  /** The methods of RFC 9110 and 5789, and the preface of HTTP/2 (RFC 9113, section 3.4). */
  private static final List<byte[]> FIRST_WORDS =
      List.of(
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
          .stream()
          .map(word -> word.getBytes(StandardCharsets.US_ASCII))
          .toList();

  /** ContentType handshake, legacy_record_version 3.x (RFC 8446, section 5.1). */
  private static final byte[] TLS = {0x16, 0x03};

  private BrowserOctets() {}

  /**
   * Whether these are the first octets of a browser, or may become them.
   *
   * @param in what came first on a connection, from its position; not moved
   */
  public static boolean begin(ByteBuffer in) {
    if (!in.hasRemaining()) {
      return false;
    }
    return agree(TLS, in) || FIRST_WORDS.stream().anyMatch(word -> agree(word, in));
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
