package dev.argyle.server.dial;

import io.netty.channel.AddressedEnvelope;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects the socket of one query to the server that it is sent to. Linux then tells what came
 * back by ICMP, such as that the port is closed, which fails the query at once; to a socket that is
 * not connected it tells nothing (udp(7)). Belongs to the resolver's home.
 */
final class ConnectedQuery extends ChannelDuplexHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectedQuery.class);

  private boolean connected;
  private @Nullable Future<?> query;

  /** The query that ends if its server cannot be reached. */
  void of(Future<?> sent) {
    query = sent;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!connected
        && message instanceof AddressedEnvelope<?, ?> datagram
        && datagram.recipient() instanceof InetSocketAddress server) {
      connected = true;
      context.connect(server); // at once; if it fails, so does the write
    }
    context.write(message, promise);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException && query != null) {
      LOG.debug("a name server cannot be reached", cause);
      query.cancel(false);
    } else {
      context.fireExceptionCaught(cause);
    }
  }
}
