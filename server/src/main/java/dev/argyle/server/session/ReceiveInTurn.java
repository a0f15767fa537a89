package dev.argyle.server.session;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * Lets an edge-triggered channel ({@link LastingInterest}) be read as a level-triggered one is: who
 * asks for more while a receive is being handled is heard after it. By then Netty has taken the
 * interest in input back, so that asking goes to the kernel, which looks anew. It belongs to its
 * channel's loop, in front of every other handler.
 */
final class ReceiveInTurn extends ChannelDuplexHandler {

  private boolean receiving;
  private boolean wanted;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    receiving = true;
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    receiving = true;
    context.channel().eventLoop().execute(() -> received(context));
    context.fireChannelReadComplete();
  }

  private void received(ChannelHandlerContext context) {
    receiving = false;
    if (wanted) {
      wanted = false;
      if (context.channel().isActive()) {
        context.read();
      }
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (receiving) {
      wanted = true;
    } else {
      context.read();
    }
  }
}
