package dev.argyle.server.session;

import dev.argyle.server.relay.Swept;
import dev.argyle.server.telemetry.EndReason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A channel whose PROXY header is due; as {@link NativeProxyWait}, but what was read behind it is
 * handed to the session.
 */
final class NettyProxyWait extends Swept {

  private final SessionLoop<Channel> loop;
  private final Services services;
  private final DuplexChannel channel;
  private final InetSocketAddress balancer;
  private final long deadlineNanos;
  private final ChannelInboundHandlerAdapter handler = new Handler();
  private byte[] octets = ClientSession.NO_OCTETS;

  NettyProxyWait(
      SessionLoop<Channel> loop,
      Services services,
      DuplexChannel channel,
      InetSocketAddress balancer) {
    this.loop = loop;
    this.services = services;
    this.channel = channel;
    this.balancer = balancer;
    this.deadlineNanos = System.nanoTime() + services.policy().handshakeNanos();
    loop.sweep().add(this);
  }

  void start() {
    channel.pipeline().addLast(handler);
    channel.read();
  }

  private void received(ByteBuf more) {
    int before = octets.length;
    octets = Arrays.copyOf(octets, before + more.readableBytes());
    more.readBytes(octets, before, octets.length - before);
    switch (ProxyHeader.read(octets)) {
      case ProxyHeader.NeedMore _ -> {}
      case ProxyHeader.Malformed _ -> failed(EndReason.PROTOCOL_ERROR);
      case ProxyHeader.Header(InetSocketAddress client, int length) ->
          begin(client == null ? balancer : client, length);
    }
  }

  private void begin(InetSocketAddress client, int headerOctets) {
    if (services.refusesBehindBalancer(client.getAddress(), loop.counters())) {
      end(EndReason.AUTHENTICATION_FAILED);
      return;
    }
    loop.sweep().remove(this);
    channel.pipeline().remove(handler);
    NettySession session = new NettySession(loop, services, channel, client);
    session.start(Arrays.copyOfRange(octets, headerOctets, octets.length));
  }

  @Override
  protected void sweep(long nowNanos) {
    if (nowNanos - deadlineNanos >= 0) {
      failed(EndReason.HANDSHAKE_TIMEOUT);
    }
  }

  /** Only the log is told: who sends no header here does not speak the balancer's protocol. */
  private void failed(EndReason why) {
    services.proxyHeaderFailed(balancer.getAddress(), why);
    end(why);
  }

  @Override
  protected void end(EndReason reason) {
    loop.sweep().remove(this);
    channel.pipeline().remove(handler);
    channel.close();
    services.admission().leaves(false);
  }

  /** What Netty tells. */
  private final class Handler extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf more = (ByteBuf) message;
      try {
        received(more);
      } finally {
        more.release();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (!context.isRemoved()) {
        channel.read();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      end(EndReason.CLIENT_CLOSED); // the stream's end: nothing follows that would be of use
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      end(EndReason.CLIENT_CLOSED);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      end(EndReason.CLIENT_CLOSED);
    }
  }
}
