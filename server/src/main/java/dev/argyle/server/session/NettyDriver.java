package dev.argyle.server.session;

import dev.argyle.server.config.Endpoint;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.Errno;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.telemetry.EndReason;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The SOCKS side on Netty's channels; one acceptor a listener, sessions handed to the loops in
 * turn.
 */
public final class NettyDriver implements Driver {

  private final IoEventLoopGroup group;
  private final ChannelFactory<? extends ServerChannel> serverChannels;
  private final Services services;
  private final Map<EventExecutor, SessionLoop<Channel>> loops = new ConcurrentHashMap<>();
  private final List<Channel> listeners = new CopyOnWriteArrayList<>();

  /** The kinds of channel must suit the group's loops: epoll's or NIO's. */
  public NettyDriver(
      IoEventLoopGroup group,
      ChannelFactory<? extends ServerChannel> serverChannels,
      ChannelFactory<? extends Channel> channels,
      Services services,
      RelaySettings settings,
      NameResolver resolver) {
    this.group = group;
    this.serverChannels = serverChannels;
    this.services = services;
    for (EventExecutor executor : group) {
      IoEventLoop loop = (IoEventLoop) executor;
      RelayLoop relay = new RelayLoop(loop, services.telemetry().counters().forLoop(), settings);
      loops.put(loop, new NettyLoop(relay, resolver, channels, serverChannels));
    }
  }

  @Override
  public List<InetSocketAddress> listen(List<Endpoint> endpoints) throws ListenFailure {
    List<InetSocketAddress> found = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      ChannelFuture bound =
          new ServerBootstrap()
              .group(group)
              .channelFactory(serverChannels)
              .option(ChannelOption.SO_BACKLOG, NativeListener.BACKLOG)
              .option(ChannelOption.SO_REUSEADDR, true)
              .option(ChannelOption.AUTO_READ, false)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(ChannelOption.AUTO_READ, false)
              .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
              .handler(new Pausing(services.telemetry().counters().shared()))
              .childHandler(new Accepting())
              .bind(endpoint.host(), endpoint.port())
              .awaitUninterruptibly();
      if (!bound.isSuccess()) {
        stopListening();
        throw new ListenFailure(endpoint, String.valueOf(bound.cause().getMessage()));
      }
      bound.channel().pipeline().addLast(new Shortage()); // behind the acceptor, which pauses
      listeners.add(bound.channel());
      found.add((InetSocketAddress) bound.channel().localAddress());
    }
    return found;
  }

  @Override
  public void start() {
    for (Channel listener : listeners) {
      listener.config().setAutoRead(true);
    }
  }

  /** Says that clients could not be accepted; Netty's acceptor has paused for a second. */
  private final class Shortage extends ChannelInboundHandlerAdapter {

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      SessionLoop<Channel> loop = loops.get(context.channel().eventLoop());
      String words = String.valueOf(cause.getMessage());
      if (loop != null) {
        services.cannotAccept(
            loop.counters(), words.contains("open files") ? Errno.words(Errno.EMFILE) : words);
      }
    }
  }

  /** Makes a session of every accepted channel, on its loop. */
  @Sharable
  private final class Accepting extends ChannelInboundHandlerAdapter {

    @Override
    public void channelActive(ChannelHandlerContext context) {
      DuplexChannel channel = (DuplexChannel) context.channel();
      SessionLoop<Channel> loop = loops.get(channel.eventLoop());
      InetSocketAddress client = (InetSocketAddress) channel.remoteAddress();
      if (loop == null || client == null) {
        channel.close();
      } else if (!services.admits(client.getAddress(), loop.counters())) {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
      } else {
        channel.pipeline().remove(this);
        begin(loop, channel, client);
      }
    }
  }

  private void begin(SessionLoop<Channel> loop, DuplexChannel channel, InetSocketAddress client) {
    if (services.policy().believesProxyHeaderOf(client.getAddress())) {
      new NettyProxyWait(loop, services, channel, client).start();
    } else {
      new NettySession(loop, services, channel, client).start(ClientSession.NO_OCTETS);
    }
  }

  @Override
  public void stopListening() {
    for (Channel listener : listeners) {
      listener.close().awaitUninterruptibly();
    }
    listeners.clear();
  }

  @Override
  public void endAll(EndReason reason) {
    for (SessionLoop<Channel> loop : loops.values()) {
      loop.eventLoop().execute(() -> loop.sweep().endAll(reason));
    }
  }

  @Override
  public int sessions() {
    return loops.values().stream().mapToInt(SessionLoop::load).sum();
  }

  @Override
  public void sweepEvery(Duration selectorTimeout) {
    for (SessionLoop<Channel> loop : loops.values()) {
      loop.eventLoop().execute(() -> loop.sweep().every(selectorTimeout));
    }
  }

  @Override
  public void close() {
    stopListening();
    for (SessionLoop<Channel> loop : loops.values()) {
      loop.eventLoop()
          .execute(
              () -> {
                loop.sweep().end();
                loop.sweep().endAll(EndReason.DRAINED);
              });
    }
  }
}
