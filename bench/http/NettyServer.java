import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;

/** Netty's codec on one event loop: a listener is a channel, and no thread. */
final class NettyServer extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final ChannelGroup LISTENERS = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  public static void main(String[] arguments) {
    Channel server = new ServerBootstrap()
        .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 4096)
        .childHandler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel client) {
            client.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 16), new NettyServer());
          }
        })
        .bind("127.0.0.1", 0).syncUninterruptibly().channel();
    new Ticker().start(NettyServer::tell);
    System.out.println("ready " + ((InetSocketAddress) server.localAddress()).getPort());
  }

  private static void tell(Ticker.Message message) {
    byte[] event = ("id: " + message.number() + "\ndata: " + message.text() + "\n\n").getBytes();
    for (Channel listener : LISTENERS) {
      if (listener.isWritable()) { // who does not read misses some
        listener.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(event)));
      }
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (request.uri().equals("/status")) {
      ByteBuf body = Unpooled.wrappedBuffer(Ticker.STATUS);
      var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
      answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      HttpUtil.setContentLength(answer, body.readableBytes());
      context.writeAndFlush(answer);
    } else {
      var answer = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
      HttpUtil.setTransferEncodingChunked(answer, true);
      context.writeAndFlush(answer);
      LISTENERS.add(context.channel());
    }
  }
}
