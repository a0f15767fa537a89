package dev.argyle.server.relay;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tunnel through Netty's buffers, between two channels of one event loop: for whatever splice
 * cannot do, and for systems without it. What one side sends is written to the other; while that
 * does not take it, nothing more is read, so that a direction holds its buffer size and one receive
 * at most. Half-close and reset as in {@link SpliceTunnel}.
 *
 * <p>Both channels must have {@code ALLOW_HALF_CLOSURE} on and {@code AUTO_READ} off.
 */
public final class BufferRelay implements Tunnel {

  private static final Logger LOG = LoggerFactory.getLogger(BufferRelay.class);

  private final RelayLoop loop;
  private final TunnelOwner owner;
  private final Side client;
  private final Side remote;
  private final Onlooker onlooker;
  private long lastActiveNanos = System.nanoTime();
  private boolean over;

  /** Takes both channels over; {@link #start} begins. */
  public BufferRelay(RelayLoop loop, Channel client, Channel remote, TunnelOwner owner) {
    this.loop = loop;
    this.owner = owner;
    this.client = new Side((DuplexChannel) client, true);
    this.remote = new Side((DuplexChannel) remote, false);
    this.onlooker = new Onlooker(loop.counters(), owner.tap());
    this.client.other = this.remote;
    this.remote.other = this.client;
  }

  /**
   * Begins to read both sides.
   *
   * @param first octets of the client that were received with its request; they go first
   * @param clientEnded the client's stream has ended behind them
   */
  public void start(byte[] first, boolean clientEnded) {
    loop.counters().add(Counter.BUFFER_TUNNELS, 1);
    client.prepare(loop.settings().bufferOctets());
    remote.prepare(loop.settings().bufferOctets());
    if (first.length > 0) {
      onlooker.show(true, ByteBuffer.wrap(first));
      client.passOn(Unpooled.wrappedBuffer(first));
      remote.channel.flush();
    }
    if (clientEnded) {
      client.endStream();
    } else {
      client.readOn();
    }
    remote.readOn();
  }

  @Override
  public long lastActiveNanos() {
    return lastActiveNanos;
  }

  @Override
  public void end(EndReason reason) {
    if (over) {
      return;
    }
    over = true;
    client.channel.close();
    remote.channel.close();
    owner.ended(reason);
  }

  /** Ends it by resets, because one side is broken: the other must not take it for its end. */
  public void breakOff(EndReason reason) {
    if (!over) {
      resetOnClose(client.channel);
      resetOnClose(remote.channel);
      loop.counters().add(Counter.RESETS_PASSED_ON, 1);
      end(reason);
    }
  }

  /** One side failed: the other gets a reset. */
  private void fail(Side broken) {
    if (over) {
      return;
    }
    resetOnClose(broken.other().channel);
    loop.counters().add(Counter.RESETS_PASSED_ON, 1);
    end(broken == client ? EndReason.RESET_BY_CLIENT : EndReason.RESET_BY_DESTINATION);
  }

  /** With linger 0 the close that follows is a reset. */
  private static void resetOnClose(Channel channel) {
    try {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    } catch (ChannelException closed) {
      LOG.debug("closed already", closed);
    }
  }

  /** One channel: what it reads is written to the other. */
  private final class Side extends ChannelInboundHandlerAdapter {

    private final DuplexChannel channel;
    private final boolean isClient;
    private @Nullable Side other;
    private boolean ended;
    private boolean endPassedOn; // behind the last octet, to the other side

    Side(DuplexChannel channel, boolean isClient) {
      this.channel = channel;
      this.isClient = isClient;
    }

    private Side other() {
      if (other == null) {
        throw new IllegalStateException("a tunnel has two sides");
      }
      return other;
    }

    void prepare(int bufferOctets) {
      channel
          .config()
          .setOption(
              ChannelOption.WRITE_BUFFER_WATER_MARK,
              new WriteBufferWaterMark(bufferOctets / 2, bufferOctets));
      channel.pipeline().addLast(this);
    }

    void readOn() {
      if (!ended && other().channel.isWritable()) {
        channel.read();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      loop.counters().add(Counter.RELAY_READS, 1);
      loop.counters().add(Counter.RELAY_READ_OCTETS, ((ByteBuf) message).readableBytes());
      if (onlooker.looksOn()) {
        onlooker.show(isClient, ((ByteBuf) message).nioBuffer());
      }
      passOn((ByteBuf) message);
    }

    void passOn(ByteBuf octets) {
      if (over) {
        octets.release();
        return;
      }
      int length = octets.readableBytes();
      lastActiveNanos = System.nanoTime();
      if (isClient) {
        owner.up(length);
      }
      ChannelFuture written = other().channel.write(octets);
      if (written.isDone()) {
        written(written, length);
      } else {
        written.addListener(done -> written(written, length));
      }
    }

    private void written(ChannelFuture done, int length) {
      if (!done.isSuccess()) {
        fail(other());
        return;
      }
      lastActiveNanos = System.nanoTime();
      loop.counters().add(Counter.RELAY_WRITES, 1);
      loop.counters().add(Counter.RELAY_WRITE_OCTETS, length);
      if (!isClient && !over) {
        owner.down(length);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      other().channel.flush();
      readOn();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (channel.isWritable()) {
        other().readOn();
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        endStream();
      }
    }

    /** Passes the end of the stream on, behind what was written before. */
    void endStream() {
      if (ended || over) {
        return;
      }
      ended = true;
      other()
          .channel
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(
              written -> {
                if (written.isSuccess() && other().channel.isActive()) {
                  other().channel.shutdownOutput();
                }
                endPassedOn = true;
                if (other().endPassedOn) { // not just ended: its octets may still wait
                  end(EndReason.DONE);
                }
              });
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (!ended || !other().endPassedOn) {
        fail(this);
      } else if (endPassedOn) {
        end(EndReason.DONE);
      } // else epoll has closed what ended both ways, and its last octets still wait at the other
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof IOException) {
        fail(this);
      } else if (!over) {
        loop.counters().add(Counter.BUGS, 1);
        LOG.error("a tunnel's event could not be handled; this is a bug of Argyle's", cause);
        end(EndReason.BUG);
      }
    }
  }
}
