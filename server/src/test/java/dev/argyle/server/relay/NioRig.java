package dev.argyle.server.relay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link BufferRelay} on NIO's channels. */
final class NioRig extends TunnelRig {

  private final Channel clientSide;
  private final Channel remoteSide;
  private @Nullable BufferRelay relay;

  NioRig() throws Exception {
    super(NioIoHandler.newFactory());
    this.clientSide = connected();
    this.client = accept();
    this.remoteSide = connected();
    this.remote = accept();
  }

  private Channel connected() throws Exception {
    return new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.SO_SNDBUF, 16 * 1024)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(listener.getInetAddress(), listener.getLocalPort())
        .sync()
        .channel();
  }

  @Override
  void start(byte... first) throws Exception {
    onLoop(
        () -> {
          RelayLoop relayLoop = new RelayLoop(loop, counters.forLoop(), settings);
          BufferRelay opened = new BufferRelay(relayLoop, clientSide, remoteSide, ends);
          relay = opened;
          opened.start(first, false);
        });
  }

  @Override
  Tunnel tunnel() {
    return requireNonNull(relay);
  }

  @Override
  void assertNothingIsLeft() throws Exception {
    assertThat(clientSide.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(remoteSide.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }
}
