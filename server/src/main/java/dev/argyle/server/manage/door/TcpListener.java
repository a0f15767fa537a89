package dev.argyle.server.manage.door;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A door's TCP listener. Beyond {@value #MAX_CONNECTIONS} connections new ones are closed at once.
 */
public final class TcpListener implements AutoCloseable {

  /** Connections a door; whoever has not logged in keeps one for the handshake's timeout. */
  public static final int MAX_CONNECTIONS = 256;

  static final int READ_OCTETS = 4_096;
  static final int BACKLOG = 128;

  private final Channel channel;

  private TcpListener(Channel channel) {
    this.channel = channel;
  }

  /**
   * Opens it.
   *
   * @param port 0: a free one
   * @throws IOException with words for the operator
   */
  public static TcpListener open(
      Reception reception, String host, int port, Supplier<Conversation> conversations)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(reception.loops())
            .channelFactory(NioServerSocketChannel::new)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_OCTETS).maxMessagesPerRead(1))
            .childHandler(new Accepting(conversations))
            .bind(host, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    return new TcpListener(bound.channel());
  }

  /** Where it listens. */
  public InetSocketAddress local() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }

  /** Gives each connection its conversation, as long as there are not too many. */
  static final class Accepting extends ChannelInitializer<Channel> {

    private final Supplier<Conversation> conversations;
    private final AtomicInteger open = new AtomicInteger();

    Accepting(Supplier<Conversation> conversations) {
      this.conversations = conversations;
    }

    @Override
    protected void initChannel(Channel accepted) {
      if (open.incrementAndGet() > MAX_CONNECTIONS) {
        open.decrementAndGet();
        accepted.close();
        return;
      }
      accepted.closeFuture().addListener(_ -> open.decrementAndGet());
      accepted.pipeline().addLast(conversations.get());
    }
  }
}
