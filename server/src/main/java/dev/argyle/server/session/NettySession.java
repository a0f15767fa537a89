package dev.argyle.server.session;

import dev.argyle.server.relay.BufferRelay;
import dev.argyle.server.relay.Tunnel;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Writable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A session on a channel of Netty's: where epoll or splice is missing, or where the configuration
 * asks for it.
 */
final class NettySession extends ClientSession<Channel> {

  private final DuplexChannel channel;
  private final ChannelInboundHandlerAdapter handler = new Handler();
  private byte[] kept = NO_OCTETS;
  private boolean inputEnded;
  private long discarded;

  NettySession(
      SessionLoop<Channel> loop,
      Services services,
      DuplexChannel channel,
      InetSocketAddress client) {
    super(loop, services, client);
    this.channel = channel;
  }

  /**
   * Begins.
   *
   * @param received what the client has sent already
   */
  void start(byte[] received) {
    channel.pipeline().addLast(handler);
    kept = received;
    if (received.length > 0) {
      decode();
    }
    readIfWanted();
  }

  private void receive(ByteBuf octets) {
    switch (stage()) {
      case HANDSHAKE -> {
        keep(octets);
        decode();
      }
      case VERIFYING, COMMAND -> keep(octets);
      case LINGERING -> discarded += octets.readableBytes();
      case TUNNEL, ASSOCIATED, OVER -> {}
    }
  }

  private void keep(ByteBuf octets) {
    byte[] all = new byte[kept.length + octets.readableBytes()];
    System.arraycopy(kept, 0, all, 0, kept.length);
    octets.readBytes(all, kept.length, all.length - kept.length);
    kept = all;
  }

  private void decode() {
    ByteBuffer octets = ByteBuffer.wrap(kept);
    kept = NO_OCTETS;
    received(octets);
    if (stage() == Stage.HANDSHAKE || stage() == Stage.VERIFYING || stage() == Stage.COMMAND) {
      kept = new byte[octets.remaining()];
      octets.get(kept);
    }
  }

  /**
   * More is read until a buffer of payload waits; that is also how a client that leaves is noticed.
   */
  private void readIfWanted() {
    boolean wanted =
        switch (stage()) {
          case HANDSHAKE -> true;
          case VERIFYING, COMMAND -> kept.length < loop.relay().settings().bufferOctets();
          case ASSOCIATED, LINGERING -> true;
          case TUNNEL, OVER -> false;
        };
    if (wanted && !inputEnded) {
      channel.read();
    }
  }

  private void inputEnded() {
    inputEnded = true;
    switch (stage()) {
      case HANDSHAKE -> clientLeft();
      case VERIFYING, COMMAND -> {
        Sealing sealing = sealing();
        if (kept.length == 0 && (sealing == null || !sealing.holdsPayload())) {
          clientLeft();
        }
      }
      case ASSOCIATED -> ended(EndReason.DONE);
      case LINGERING -> lingered();
      case TUNNEL, OVER -> {}
    }
  }

  @Override
  void readOn() {
    if (stage() == Stage.HANDSHAKE) {
      decode();
    }
    if (inputEnded) {
      inputEnded();
    }
    readIfWanted();
  }

  @Override
  boolean send(Writable message) {
    channel
        .writeAndFlush(Unpooled.wrappedBuffer(message.octets()))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    return channel.isActive();
  }

  @Override
  void discardInput(boolean endOutput) {
    if (endOutput) {
      channel
          .writeAndFlush(Unpooled.EMPTY_BUFFER)
          .addListener(
              written -> {
                if (channel.isActive()) {
                  channel.shutdownOutput();
                }
              });
    }
    if (inputEnded) {
      lingered();
    } else {
      channel.read();
    }
  }

  @Override
  void ignoreInput() {
    if (inputEnded) {
      ended(EndReason.DONE);
    } else {
      channel.read();
    }
  }

  @Override
  void closeSocket() {
    channel.close();
  }

  @Override
  InetSocketAddress localAddress() {
    return localAddress(channel);
  }

  @Override
  InetSocketAddress localAddress(Channel remote) {
    return (InetSocketAddress) remote.localAddress();
  }

  @Override
  Tunnel openTunnel(Channel remote) {
    channel.pipeline().remove(handler);
    byte[] first = kept;
    kept = NO_OCTETS;
    Sealing sealing = sealing();
    if (sealing != null) {
      return SealedTunnel.open(this, sealing, channel, remote, first, inputEnded);
    }
    BufferRelay tunnel = new BufferRelay(loop.relay(), channel, remote, this);
    tunnel.start(first, inputEnded);
    return tunnel;
  }

  /** What Netty tells. */
  private final class Handler extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf octets = (ByteBuf) message;
      try {
        receive(octets);
      } finally {
        octets.release();
      }
      if (stage() == Stage.LINGERING && discarded > LINGER_OCTETS) {
        lingered();
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      readIfWanted();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        inputEnded();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof RuntimeException failure) {
        bug(failure);
      } else {
        gone();
      }
    }

    private void gone() {
      if (stage() == Stage.LINGERING) {
        lingered();
      } else if (stage() == Stage.ASSOCIATED) {
        ended(EndReason.RESET_BY_CLIENT);
      } else if (stage() != Stage.OVER) {
        clientLeft();
      }
    }
  }
}
