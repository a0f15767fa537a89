package dev.argyle.server.session;

import dev.argyle.server.session.gssapi.Seal;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes to a sealed client (RFC 1961, section 5): plain octets in, frames out, in order.
 * Belongs to one loop. What waits is wrapped a batch at a time, on a virtual thread, or at once
 * where it is few octets. A write is done when its octets are written in frames; while more than a
 * buffer waits to be wrapped, the channel is not writable.
 */
final class WrappingHandler extends ChannelOutboundHandlerAdapter {

  /** What is wrapped at a time, or one write if that is more. */
  static final int BATCH_OCTETS = 64 * 1024;

  /** Our bit of the channel's reasons to be writable or not. */
  private static final int WRAPS_IN_TIME = 1;

  private record Write(ByteBuf octets, ChannelPromise promise) {}

  private final ClientSession<?> session;
  private final Seal seal;
  private final int bufferOctets;
  private final ArrayDeque<Write> writes = new ArrayDeque<>();
  private int waitingOctets;
  private boolean wrapping;
  private boolean over;

  WrappingHandler(ClientSession<?> session, Seal seal, int bufferOctets) {
    this.session = session;
    this.seal = seal;
    this.bufferOctets = bufferOctets;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    ByteBuf octets = (ByteBuf) message;
    writes.add(new Write(octets, promise));
    waits(context, octets.readableBytes());
  }

  private void waits(ChannelHandlerContext context, int moreOctets) {
    boolean before = waitingOctets < bufferOctets;
    waitingOctets += moreOctets;
    boolean now = waitingOctets < bufferOctets;
    ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
    if (now != before && buffer != null) {
      buffer.setUserDefinedWritability(WRAPS_IN_TIME, now);
    }
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (!wrapping) {
      wrap(context);
    }
    context.flush();
  }

  private void wrap(ChannelHandlerContext context) {
    while (!wrapping && !writes.isEmpty()) {
      List<ChannelPromise> promises = new ArrayList<>();
      byte[] plain = nextBatch(promises);
      if (plain.length <= UnwrappingHandler.FEW_OCTETS) {
        pass(context, tokens(plain), plain.length, promises);
      } else {
        wrapping = true;
        Aside.compute(
            session,
            () -> tokens(plain),
            tokens -> {
              wrapping = false;
              pass(context, tokens, plain.length, promises);
              if (!over) {
                wrap(context);
                context.flush();
              }
            });
      }
    }
  }

  private byte[] nextBatch(List<ChannelPromise> promises) {
    int octets = 0;
    int count = 0;
    for (Write write : writes) {
      if (count > 0 && octets + write.octets().readableBytes() > BATCH_OCTETS) {
        break;
      }
      octets += write.octets().readableBytes();
      count++;
    }
    byte[] plain = new byte[octets];
    for (int at = 0; count > 0; count--) {
      Write write = writes.remove();
      int length = write.octets().readableBytes();
      write.octets().readBytes(plain, at, length).release();
      promises.add(write.promise());
      at += length;
    }
    return plain;
  }

  /** In as few frames as it takes, all of one size: a receive is often a little more than one. */
  private List<byte[]> tokens(byte[] plain) {
    int most = seal.maxPlainOctets();
    int pieces = (plain.length + most - 1) / most;
    List<byte[]> tokens = new ArrayList<>(pieces);
    for (int piece = 0; piece < pieces; piece++) {
      int from = (int) ((long) plain.length * piece / pieces);
      int to = (int) ((long) plain.length * (piece + 1) / pieces);
      tokens.add(seal.wrap(plain, from, to - from));
    }
    return tokens;
  }

  private void pass(
      ChannelHandlerContext context,
      List<byte[]> tokens,
      int octets,
      List<ChannelPromise> promises) {
    if (over) {
      promises.forEach(promise -> promise.tryFailure(new ClosedChannelException()));
      return;
    }
    ChannelFuture written = context.write(frames(context, tokens));
    written.addListener(done -> settle(written, promises));
    waits(context, -octets); // now it is the channel that they wait for
  }

  private static ByteBuf frames(ChannelHandlerContext context, List<byte[]> tokens) {
    if (tokens.isEmpty()) {
      return Unpooled.EMPTY_BUFFER;
    }
    int octets = 0;
    for (byte[] token : tokens) {
      octets += new Token(Purpose.DATA, token).length();
    }
    ByteBuf frames = context.alloc().directBuffer(octets);
    for (byte[] token : tokens) {
      Token frame = new Token(Purpose.DATA, token);
      frame.write(frames.internalNioBuffer(frames.writerIndex(), frame.length()));
      frames.writerIndex(frames.writerIndex() + frame.length());
    }
    return frames;
  }

  private static void settle(ChannelFuture written, List<ChannelPromise> promises) {
    for (ChannelPromise promise : promises) {
      if (written.isSuccess()) {
        promise.trySuccess();
      } else {
        promise.tryFailure(written.cause());
      }
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    over = true;
    while (!writes.isEmpty()) {
      Write write = writes.remove();
      write.octets().release();
      write.promise().tryFailure(new ClosedChannelException());
    }
  }
}
