package dev.argyle.server.admission;

import dev.argyle.wire.HttpRequestLine;
import java.nio.ByteBuffer;

/**
 * Recognises what a browser sends to whatever address and port a web page names: a request of HTTP,
 * or a ClientHello of TLS. It is no attempt at anything by whoever runs the browser.
 */
public final class BrowserOctets {

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
    return HttpRequestLine.match(in) != HttpRequestLine.Match.NO || mayBeTls(in);
  }

  private static boolean mayBeTls(ByteBuffer in) {
    int at = in.position();
    return in.get(at) == TLS[0] && (in.remaining() == 1 || in.get(at + 1) == TLS[1]);
  }
}
