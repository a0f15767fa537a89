package dev.argyle.server.session;

import dev.argyle.server.dial.DialFailure;
import dev.argyle.server.telemetry.Counter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link Rendezvous} on a channel of Netty's. It accepts one connection at a time. */
final class NettyRendezvous implements Rendezvous {

  private final NettyLoop loop;
  private final Host<Channel> host;
  private @Nullable Channel listener;
  private boolean over;

  NettyRendezvous(NettyLoop loop, Host<Channel> host) {
    this.loop = loop;
    this.host = host;
  }

  void open(InetAddress address) {
    Channel channel;
    try {
      channel = loop.serverChannels().newChannel();
    } catch (ChannelException refused) {
      fail(refused.getCause() == null ? refused : refused.getCause());
      return;
    }
    listener = channel;
    channel.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
    channel.config().setOption(ChannelOption.AUTO_READ, false);
    channel.config().setOption(ChannelOption.MAX_MESSAGES_PER_READ, 1);
    channel.pipeline().addLast(new Handler());
    then(
        loop.eventLoop().register(channel),
        () ->
            then(
                channel.bind(new InetSocketAddress(address, 0)),
                () -> {
                  host.listening((InetSocketAddress) channel.localAddress());
                  channel.read();
                }));
  }

  private void then(ChannelFuture step, Runnable next) {
    step.addListener(
        done -> {
          if (over) {
            return;
          }
          if (done.isSuccess()) {
            next.run();
          } else {
            fail(done.cause());
          }
        });
  }

  private void judge(Channel visitor) {
    InetSocketAddress peer = (InetSocketAddress) visitor.remoteAddress();
    if (over || peer == null || !host.expects(peer)) {
      visitor.unsafe().closeForcibly(); // it is at no loop yet
      return;
    }
    closeListener();
    visitor.config().setOption(ChannelOption.TCP_NODELAY, true);
    visitor.config().setOption(ChannelOption.AUTO_READ, false);
    visitor.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    loop.eventLoop()
        .register(visitor)
        .addListener(
            done -> {
              if (!done.isSuccess()) { // it is closed by that
                fail(done.cause());
              } else if (over) {
                visitor.close();
              } else {
                over = true;
                host.arrived(visitor, peer);
              }
            });
  }

  private void fail(Throwable cause) {
    if (over) {
      return;
    }
    DialFailure why = DialFailure.of(cause);
    if (why == DialFailure.NO_RESOURCES) {
      loop.counters().add(Counter.DESCRIPTOR_SHORTAGES, 1);
    }
    over = true;
    closeListener();
    host.failed(why);
  }

  /**
   * NIO closes the descriptor of a registered channel in the selector's next turn, and a task that
   * is scheduled, however soon, runs behind that.
   */
  @Override
  public void close(Runnable closed) {
    over = true;
    closeListener();
    loop.eventLoop().schedule(closed, 1, TimeUnit.NANOSECONDS);
  }

  private void closeListener() {
    Channel open = listener;
    listener = null;
    if (open != null && open.isRegistered()) {
      open.close();
    } else if (open != null) {
      open.unsafe().closeForcibly();
    }
  }

  /** What Netty tells. */
  private final class Handler extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      judge((Channel) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (listener != null) {
        listener.read();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      fail(cause);
    }
  }
}
