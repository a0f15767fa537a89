package dev.argyle.server.manage.http;

import io.netty.channel.ChannelHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsyncMapping;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** TLS in front of HTTP, by the JDK's engine. */
final class Tls {

  /** A ClientHello of today has less than 2 KiB. */
  private static final int MAX_HELLO_OCTETS = 16 * 1024;

  private Tls() {}

  /**
   * What makes a connection's handshake. The files are looked at off the loop, while it waits.
   *
   * @param patience for the whole handshake
   */
  static ChannelHandler handler(TlsFiles files, Duration patience) {
    AsyncMapping<String, SslContext> current = (_, promise) -> ask(files, promise);
    return new SniHandler(current, MAX_HELLO_OCTETS, patience.toMillis());
  }

  private static Future<SslContext> ask(TlsFiles files, Promise<SslContext> promise) {
    Thread.ofVirtual()
        .name("http-tls")
        .start(
            () -> {
              try {
                promise.setSuccess(files.current());
              } catch (RuntimeException | Error bug) {
                promise.setFailure(bug);
              }
            });
    return promise;
  }

  /** Whether a connection failed because of what its client did in the handshake. */
  static boolean isPeersFailure(Throwable cause) {
    return cause instanceof SSLException
        || cause instanceof DecoderException && cause.getCause() instanceof SSLException;
  }

  /** Ends what is sent; by TLS's own message, where there is TLS. */
  static void shutdownOutput(DuplexChannel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.shutdownOutput();
    } else {
      tls.closeOutbound();
    }
  }
}
