package dev.argyle.server.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A name server of our own, for the one question by which the resolver warms up: whatever name it
 * is asked for has the address 127.0.0.1, and must not be kept.
 */
final class LoopbackNameServer extends SimpleChannelInboundHandler<DatagramPacket> {

  /** RFC 1035, section 4.1.1: ID, flags, and four counts. */
  private static final int HEADER_OCTETS = 12;

  /** A response to a recursive query, which is granted (QR, RD, RA). */
  private static final int FLAGS = 0x8180;

  /** The name of the question (section 4.1.4), A, IN, TTL 0, four octets: 127.0.0.1. */
  private static final byte[] ANSWER = {
    (byte) 0xC0, HEADER_OCTETS, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1
  };

  private LoopbackNameServer() {}

  /**
   * @param opened is told of the server's channel, on the loop; null: it could not be opened
   */
  static void open(
      EventLoop loop,
      ChannelFactory<? extends DatagramChannel> datagrams,
      Consumer<@Nullable DatagramChannel> opened) {
    new Bootstrap()
        .group(loop)
        .channelFactory(datagrams)
        .handler(new LoopbackNameServer())
        .bind(new InetSocketAddress(NetUtil.LOCALHOST4, 0))
        .addListener(
            (ChannelFutureListener)
                (ChannelFuture bound) ->
                    opened.accept(bound.isSuccess() ? (DatagramChannel) bound.channel() : null));
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket query) {
    ByteBuf octets = query.content();
    int end = octets.readerIndex() + HEADER_OCTETS;
    int questionOctets = octets.indexOf(end, octets.writerIndex(), (byte) 0) + 1 + 4 - end;
    if (questionOctets <= 0 || questionOctets > octets.writerIndex() - end) {
      return; // nobody of ours
    }
    ByteBuf response = context.alloc().buffer();
    response.writeShort(octets.getUnsignedShort(octets.readerIndex())).writeShort(FLAGS);
    response.writeShort(1).writeShort(1).writeInt(0);
    response.writeBytes(octets, end, questionOctets).writeBytes(ANSWER);
    context.writeAndFlush(new DatagramPacket(response, query.sender()));
  }
}
