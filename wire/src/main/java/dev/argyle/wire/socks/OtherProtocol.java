package dev.argyle.wire.socks;

import dev.argyle.wire.HttpRequestLine;
import dev.argyle.wire.Writable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a client speaks whose first octet is not that of SOCKS 5, and what it is told, so that its
 * user sees the mistake. Nothing of what the client sent is in an answer.
 */
public enum OtherProtocol {
  /** SOCKS 4 and 4a: "request rejected or failed", for an address and a port of zeros. */
  SOCKS_4("SOCKS 4", new byte[] {0, 0x5B, 0, 0, 0, 0, 0, 0}),

  HTTP("a request of HTTP", http()),

  /** ContentType handshake, legacy_record_version 3.x (RFC 8446, section 5.1); no answer. */
  TLS("TLS", null),

  /** No answer. */
  UNKNOWN("an unknown protocol", null);

  private static final int SOCKS_5_VERSION = 0x05;
  private static final int SOCKS_4_VERSION = 0x04;
  private static final int TLS_HANDSHAKE = 0x16;

  private final String words;
  private final @Nullable Writable answer;

  OtherProtocol(String words, byte @Nullable [] answer) {
    this.words = words;
    this.answer = answer == null ? null : new Fixed(answer);
  }

  /** What it is, for people. */
  public String words() {
    return words;
  }

  /** What to send before the connection is closed; null: nothing. */
  public @Nullable Writable answer() {
    return answer;
  }

  /** Whether these octets may be the begin of SOCKS 5; true if there are none yet. */
  public static boolean maySpeakSocks5(ByteBuffer in) {
    return !in.hasRemaining() || in.get(in.position()) == SOCKS_5_VERSION;
  }

  /**
   * Looks at the first octets of a connection that {@linkplain #maySpeakSocks5 is not} SOCKS 5.
   *
   * @param in from the start of the connection; not moved, not kept
   * @return null: more octets are needed to tell
   */
  public static @Nullable OtherProtocol of(ByteBuffer in) {
    return switch (in.get(in.position())) {
      case SOCKS_4_VERSION -> SOCKS_4;
      case TLS_HANDSHAKE -> TLS;
      default ->
          switch (HttpRequestLine.match(in)) {
            case YES -> HTTP;
            case PARTLY -> null;
            case NO -> UNKNOWN;
          };
    };
  }

  private static byte[] http() {
    String body =
        "This port speaks SOCKS 5, not HTTP. Set it as a SOCKS 5 proxy; curl, for example, takes"
            + " -x socks5h://HOST:PORT\n";
    String head =
        "HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain; charset=us-ascii\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
    return (head + body).getBytes(StandardCharsets.US_ASCII);
  }

  /** An answer without a variable part. */
  private static final class Fixed implements Writable {

    private final byte[] octets;

    Fixed(byte[] octets) {
      this.octets = octets;
    }

    @Override
    public int length() {
      return octets.length;
    }

    @Override
    public void write(ByteBuffer out) {
      out.put(octets);
    }
  }
}
