package dev.argyle.server.manage.door;

import com.sun.nio.sctp.SctpServerChannel;
import com.sun.nio.sctp.SctpStandardSocketOptions.InitMaxStreams;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.sctp.SctpChannelOption;
import io.netty.channel.sctp.nio.NioSctpServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A door's SCTP listener, one-to-one style; bounded as {@link TcpListener} is. */
public final class SctpListener implements AutoCloseable {

  /** Streams of an association, either way; a client that asks for more gets these. */
  private static final int MAX_STREAMS = 256;

  /** A response is one message, and no message is longer; the system may allow less. */
  private static final int SEND_BUFFER_OCTETS = 4 * 1024 * 1024;

  private final Channel channel;

  private SctpListener(Channel channel) {
    this.channel = channel;
  }

  /** Why this system has no SCTP; null: it has. */
  public static @Nullable String missing() {
    try {
      SctpServerChannel.open().close();
      return null;
    } catch (IOException | UnsupportedOperationException | LinkageError refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /**
   * Opens it.
   *
   * @param port 0: a free one
   * @throws IOException with words for the operator
   */
  public static SctpListener open(
      Reception reception, String host, int port, Supplier<Conversation> conversations)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(reception.loops())
            .channelFactory(NioSctpServerChannel::new)
            .option(ChannelOption.SO_BACKLOG, TcpListener.BACKLOG)
            .option(
                SctpChannelOption.SCTP_INIT_MAXSTREAMS,
                InitMaxStreams.create(MAX_STREAMS, MAX_STREAMS))
            .childOption(SctpChannelOption.SCTP_NODELAY, true)
            .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_OCTETS)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(TcpListener.READ_OCTETS).maxMessagesPerRead(1))
            .childHandler(new TcpListener.Accepting(conversations))
            .bind(host, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    return new SctpListener(bound.channel());
  }

  /** Where it listens. */
  public InetSocketAddress local() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }
}
