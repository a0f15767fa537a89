package dev.argyle.server.session;

import dev.argyle.server.dial.Connector;
import dev.argyle.server.dial.DialFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Connects Netty's channels from one event loop, on its thread. */
final class NettyConnector implements Connector<Channel> {

  private final EventLoop loop;
  private final ChannelFactory<? extends Channel> channels;

  NettyConnector(EventLoop loop, ChannelFactory<? extends Channel> channels) {
    this.loop = loop;
    this.channels = channels;
  }

  @Override
  public Attempt attempt(
      InetSocketAddress to, @Nullable InetAddress source, Outcome<Channel> outcome) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(channels)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0) // the session's sweep has the time
            .handler(new ChannelInboundHandlerAdapter());
    Pending pending =
        new Pending(
            source == null
                ? bootstrap.connect(to)
                : bootstrap.connect(to, new InetSocketAddress(source, 0)),
            outcome);
    // Without a descriptor there is no channel, and its failure is told on another thread.
    pending.connecting.addListener(
        done -> {
          if (loop.inEventLoop()) {
            pending.done();
          } else {
            loop.execute(pending::done);
          }
        });
    return pending;
  }

  /** A connect under way. */
  private static final class Pending implements Attempt {

    private final ChannelFuture connecting;
    private final Outcome<Channel> outcome;
    private boolean cancelled;

    Pending(ChannelFuture connecting, Outcome<Channel> outcome) {
      this.connecting = connecting;
      this.outcome = outcome;
    }

    void done() {
      if (cancelled) {
        connecting.channel().close();
      } else if (connecting.isSuccess()) {
        outcome.connected(connecting.channel());
      } else {
        outcome.failed(DialFailure.of(connecting.cause()));
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      if (!connecting.isDone()) {
        connecting.channel().close();
      }
    }
  }
}
