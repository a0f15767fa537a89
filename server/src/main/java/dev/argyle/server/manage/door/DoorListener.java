package dev.argyle.server.manage.door;

import com.sun.nio.sctp.SctpServerChannel;
import com.sun.nio.sctp.SctpStandardSocketOptions.InitMaxStreams;
import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.sctp.SctpChannelOption;
import io.netty.channel.sctp.nio.NioSctpServerChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a door listens. Port 0 stands for a free one. */
public final class DoorListener implements AutoCloseable {

  private static final int READ_OCTETS = 4_096;
  private static final int BACKLOG = 128;

  /** Streams of an association, either way; a client that asks for more gets these. */
  private static final int MAX_STREAMS = 256;

  /** A response is one message, and no message is longer; the system may allow less. */
  private static final int SCTP_SEND_BUFFER_OCTETS = 4 * 1024 * 1024;

  private final InetSocketAddress local;
  private final Runnable closing;

  private DoorListener(InetSocketAddress local, Runnable closing) {
    this.local = local;
    this.closing = closing;
  }

  /**
   * Listens for TCP connections.
   *
   * @param conversations a handler for each; it asks for admission
   * @throws IOException with words for the operator, as the other two
   */
  public static DoorListener tcp(
      DoorServices services,
      String host,
      int port,
      Supplier<? extends ChannelHandler> conversations)
      throws IOException {
    SocketProtocolFamily family = family(host);
    ServerBootstrap server =
        connections(services, host, conversations)
            .channelFactory(() -> new NioServerSocketChannel(SelectorProvider.provider(), family))
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    return bind(server, host, port);
  }

  /** Listens for SCTP associations, one-to-one style. */
  public static DoorListener sctp(
      DoorServices services, String host, int port, Supplier<Conversation> conversations)
      throws IOException {
    ServerBootstrap server =
        connections(services, host, conversations)
            .channelFactory(NioSctpServerChannel::new)
            .option(
                SctpChannelOption.SCTP_INIT_MAXSTREAMS,
                InitMaxStreams.create(MAX_STREAMS, MAX_STREAMS))
            .childOption(SctpChannelOption.SCTP_NODELAY, true)
            .childOption(ChannelOption.SO_SNDBUF, SCTP_SEND_BUFFER_OCTETS);
    return bind(server, host, port);
  }

  private static ServerBootstrap connections(
      DoorServices services, String host, Supplier<? extends ChannelHandler> conversations) {
    return new ServerBootstrap()
        .group(services.loops())
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new FixedRecvByteBufAllocator(READ_OCTETS).maxMessagesPerRead(1))
        .childHandler(accepting(host, conversations));
  }

  /** What becomes of a client of a listener at this address. */
  static ChannelHandler accepting(String host, Supplier<? extends ChannelHandler> conversations) {
    return new Accepting(conversations, family(host) != null);
  }

  /**
   * Receives datagrams. An answer leaves by the address that was asked, at the wildcard too.
   *
   * @param maxOctets what of a longer one is read; the rest is cut off
   * @param handler sharable: there may be several sockets, all of one loop
   */
  public static DoorListener udp(
      DoorServices services, String host, int port, int maxOctets, ChannelHandler handler)
      throws IOException {
    InetSocketAddress asked = new InetSocketAddress(host, port);
    if (asked.isUnresolved() || !asked.getAddress().isAnyLocalAddress()) {
      return bind(receiver(services, family(host), maxOctets, handler), host, port);
    }
    AddressSockets sockets =
        AddressSockets.open(
            address -> receiver(services, family(address), maxOctets, handler),
            services.loops(),
            asked);
    return new DoorListener(sockets.local(), sockets::close);
  }

  private static Bootstrap receiver(
      DoorServices services,
      @Nullable SocketProtocolFamily family,
      int maxOctets,
      ChannelHandler handler) {
    return new Bootstrap()
        .group(services.loops())
        .channelFactory(() -> new NioDatagramChannel(family))
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(maxOctets))
        .handler(handler);
  }

  /**
   * A socket that is asked for an IPv4 address must be of IPv4: of IPv6, as Java makes them, it
   * would accept IPv6 as well where the address is 0.0.0.0. Null: what Java makes.
   */
  private static @Nullable SocketProtocolFamily family(String host) {
    return family(new InetSocketAddress(host, 0).getAddress()); // null: nobody knows the name
  }

  private static @Nullable SocketProtocolFamily family(@Nullable InetAddress address) {
    return address instanceof Inet4Address ? SocketProtocolFamily.INET : null;
  }

  private static DoorListener bind(AbstractBootstrap<?, ?> bootstrap, String host, int port)
      throws IOException {
    ChannelFuture bound = bootstrap.bind(host, port).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
    }
    Channel channel = bound.channel();
    return new DoorListener(
        (InetSocketAddress) channel.localAddress(), () -> channel.close().awaitUninterruptibly());
  }

  /** Why this system has no SCTP; null: it has. */
  public static @Nullable String sctpMissing() {
    try {
      SctpServerChannel.open().close();
      return null;
    } catch (IOException | UnsupportedOperationException | LinkageError refused) {
      return whyMissing(refused);
    }
  }

  /** In words: where classes could not be loaded, Java's message is the name of one, or none. */
  static String whyMissing(Throwable refused) {
    String message = refused.getMessage();
    if (refused instanceof LinkageError) {
      return "what Java needs for it could not be loaded";
    }
    return message == null || message.isBlank() ? "this system does not offer it" : message;
  }

  /** Where it listens. */
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public void close() {
    closing.run();
  }

  /**
   * Gives each connection its conversation, which asks for admission. Java has no SCTP socket of
   * IPv4 alone: who comes by IPv6 where IPv4 is listened for is closed at once.
   */
  private static final class Accepting extends ChannelInitializer<Channel> {

    private final Supplier<? extends ChannelHandler> conversations;

    private final boolean ipv4Only;

    Accepting(Supplier<? extends ChannelHandler> conversations, boolean ipv4Only) {
      this.conversations = conversations;
      this.ipv4Only = ipv4Only;
    }

    @Override
    protected void initChannel(Channel accepted) {
      if (ipv4Only
          && accepted.remoteAddress() instanceof InetSocketAddress peer
          && peer.getAddress() instanceof Inet6Address) {
        accepted.close();
        return;
      }
      accepted.pipeline().addLast(conversations.get());
    }
  }
}
