package dev.argyle.server.session;

import dev.argyle.server.session.gssapi.FrameAssembly;
import dev.argyle.server.session.gssapi.Seal;
import dev.argyle.server.session.gssapi.SealBroken;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Abort;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What comes from a sealed client (RFC 1961, section 5): frames in, plain octets to the tunnel
 * behind. Belongs to one loop.
 *
 * <p>Tokens are unwrapped a batch at a time and in order, on a virtual thread, or at once where
 * they are few octets. Only what the tunnel asked for is unwrapped; meanwhile the next octets may
 * be read, {@value #AHEAD_OCTETS} and one receive at most: that is the back-pressure. The end of
 * the stream is passed on behind the last octet.
 */
final class UnwrappingHandler extends ChannelDuplexHandler {

  /** Octets of tokens that may wait, and that are unwrapped at a time. */
  static final int AHEAD_OCTETS = 64 * 1024;

  /** What a token counts for besides its octets: even empty ones are held in a bounded number. */
  private static final int OVERHEAD_OCTETS = 32;

  /** So few octets take less time than another thread would take to wake up. */
  static final int FEW_OCTETS = 2048;

  private final ClientSession<?> session;
  private final Seal seal;
  private final FrameAssembly frames;
  private final Consumer<EndReason> breakOff;
  private final ArrayDeque<byte[]> tokens = new ArrayDeque<>();
  private int tokenOctets;
  private boolean wanted;
  private boolean reading;
  private boolean unwrapping;
  private boolean inputEnded;
  private boolean endPassedOn;
  private @Nullable EndReason failure;
  private boolean over;

  /**
   * @param breakOff ends the tunnel; told once, if the client's octets are not what was agreed
   */
  UnwrappingHandler(ClientSession<?> session, Sealing sealing, Consumer<EndReason> breakOff) {
    this.session = session;
    this.seal = sealing.seal();
    this.frames = sealing.frames();
    this.breakOff = breakOff;
  }

  /** Takes what was received before the tunnel stood, and maybe the stream's end behind it. */
  void begin(byte[] received, boolean ended) {
    take(ByteBuffer.wrap(received));
    inputEnded = ended;
  }

  private void take(ByteBuffer octets) {
    while (failure == null && octets.hasRemaining()) {
      switch (frames.next(octets)) {
        case Decoded.NeedMore<GssapiFrame, Abort> _ -> {}
        case Decoded.Malformed<GssapiFrame, Abort> _ -> failure = EndReason.SEAL_BROKEN;
        case Decoded.Message<GssapiFrame, Abort>(Abort()) -> failure = EndReason.ABORTED;
        case Decoded.Message<GssapiFrame, Abort>(Token(Purpose purpose, byte[] token)) -> {
          if (purpose == Purpose.DATA) {
            tokens.add(token);
            tokenOctets += OVERHEAD_OCTETS + token.length;
          } else {
            failure = EndReason.SEAL_BROKEN;
          }
        }
      }
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    wanted = true;
    goOn(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf octets = (ByteBuf) message;
    try {
      if (!over) {
        take(octets.nioBuffer());
      }
    } finally {
      octets.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    goOn(context);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      inputEnded = true;
      goOn(context);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    over = true;
    tokens.clear();
  }

  private void goOn(ChannelHandlerContext context) {
    if (!over && failure != null) {
      fail(failure);
    }
    if (!over && wanted && !unwrapping && !tokens.isEmpty()) {
      unwrap(context);
    }
    if (!over && inputEnded && !unwrapping && tokens.isEmpty() && !endPassedOn) {
      passEndOn(context);
    }
    boolean more = (wanted || unwrapping) && tokenOctets < AHEAD_OCTETS;
    if (!over && more && !reading && !inputEnded) {
      reading = true;
      context.read();
    }
  }

  private void fail(EndReason why) {
    over = true;
    session.services.sealBroken(session.live, why);
    breakOff.accept(why);
  }

  private void passEndOn(ChannelHandlerContext context) {
    endPassedOn = true;
    if (frames.isInside()) { // as if it had been cut
      over = true;
      breakOff.accept(EndReason.RESET_BY_CLIENT);
    } else {
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void unwrap(ChannelHandlerContext context) {
    boolean few = tokenOctets <= FEW_OCTETS;
    List<byte[]> batch = new ArrayList<>();
    int octets = 0;
    while (octets < AHEAD_OCTETS && !tokens.isEmpty()) {
      byte[] token = tokens.remove();
      batch.add(token);
      octets += OVERHEAD_OCTETS + token.length;
    }
    tokenOctets -= octets;
    if (few) {
      passOn(context, plain(batch));
    } else {
      unwrapping = true;
      Aside.compute(
          session,
          () -> plain(batch),
          unwrapped -> {
            unwrapping = false;
            if (!over) {
              passOn(context, unwrapped);
              goOn(context);
            }
          });
    }
  }

  /** What a batch of tokens carries. */
  private record Plain(List<byte[]> pieces, boolean broken) {}

  private Plain plain(List<byte[]> batch) {
    List<byte[]> pieces = new ArrayList<>(batch.size());
    try {
      for (byte[] token : batch) {
        pieces.add(seal.unwrap(token));
      }
      return new Plain(pieces, false);
    } catch (SealBroken broken) {
      return new Plain(pieces, true);
    }
  }

  private void passOn(ChannelHandlerContext context, Plain plain) {
    boolean some = false;
    for (byte[] piece : plain.pieces()) {
      if (piece.length > 0 && !over) {
        some = true;
        context.fireChannelRead(Unpooled.wrappedBuffer(piece));
      }
    }
    if (plain.broken() && !over) {
      fail(EndReason.SEAL_BROKEN);
    } else if (some) {
      wanted = false;
      context.fireChannelReadComplete();
    }
  }
}
