package dev.argyle.server.session;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.SharedCounters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a listening channel for a moment when it cannot accept, as {@link NativeListener} does:
 * Netty's own way is a warning each second. Belongs to one channel.
 */
final class Pausing extends ChannelInboundHandlerAdapter {

  private static final long PAUSE_MILLIS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(Pausing.class);

  private final SharedCounters counters;
  private boolean said;

  Pausing(SharedCounters counters) {
    this.counters = counters;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      context.fireExceptionCaught(cause);
      return;
    }
    counters.add(Counter.DESCRIPTOR_SHORTAGES, 1);
    if (!said) {
      said = true;
      LOG.warn(
          "cannot accept clients for a while: {}; those that are connected go on; said once",
          String.valueOf(cause.getMessage()));
    }
    context.channel().config().setAutoRead(false);
    context
        .executor()
        .schedule(
            () -> {
              if (context.channel().isOpen()) {
                context.channel().config().setAutoRead(true);
              }
            },
            PAUSE_MILLIS,
            TimeUnit.MILLISECONDS);
  }
}
