package dev.argyle.server.manage.door;

import dev.argyle.wire.Source;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is being sent: one answer at a time, in pieces, each written when the system
 * has taken the one before. So what a slow client costs is an answer and a copy of a piece. Closes
 * the connection when a piece cannot be sent, and when nothing of one is taken for {@link
 * #STALLED}. Belongs to its loop.
 */
public final class Outbox {

  /** How long a client may take nothing at all. */
  static final Duration STALLED = Duration.ofSeconds(30);

  private static final byte[] NOTHING = {};

  /** What becomes of a piece that is not taken at once. */
  private final class Piece implements ChannelProgressiveFutureListener {
    @Override
    public void operationProgressed(ChannelProgressiveFuture some, long now, long all) {
      moved = true;
    }

    @Override
    public void operationComplete(ChannelProgressiveFuture piece) {
      unwatch();
      if (!piece.isSuccess()) {
        context.close(); // the client waits for an answer that will not come
      } else if (sending) {
        proceed();
      }
    }
  }

  private final ChannelHandlerContext context;
  private final Function<ByteBuf, Object> frame;
  private final AnswerBudget budget;
  private final Source source;
  private byte[] octets = NOTHING;
  private int pieceOctets;
  private int written;
  private boolean sending;
  private boolean held;
  private boolean moved; // since the last look, the client has taken something
  private Runnable then = () -> {};
  private @Nullable ScheduledFuture<?> look;

  /**
   * @param frame what the channel writes for these octets
   * @param source of the client
   */
  public Outbox(
      ChannelHandlerContext context,
      Function<ByteBuf, Object> frame,
      AnswerBudget budget,
      Source source) {
    this.context = context;
    this.frame = frame;
    this.budget = budget;
    this.source = source;
  }

  boolean isSending() {
    return sending;
  }

  /**
   * Sends an answer; nothing else may be under way.
   *
   * @param pieceOctets how much of it is written at once
   * @param taken when the system has all of it; perhaps before this returns, never if it cannot
   * @return false: too much is being sent to others, and nothing was done
   */
  public boolean send(byte[] answer, int pieceOctets, Runnable taken) {
    if (sending) {
      throw new IllegalStateException("an answer is under way");
    }
    boolean isLong = answer.length > AnswerBudget.LONG_OCTETS;
    if (isLong && !budget.hold(source, answer.length)) {
      return false;
    }
    this.sending = true;
    this.held = isLong;
    this.octets = answer;
    this.pieceOctets = pieceOctets;
    this.written = 0;
    this.then = taken;
    proceed();
    return true;
  }

  /** Does something when what is being sent is taken, in the place of what was to be done then. */
  void whenTaken(Runnable instead) {
    if (sending) {
      then = instead;
    } else {
      instead.run();
    }
  }

  private void proceed() {
    while (written < octets.length) {
      int length = Math.min(pieceOctets, octets.length - written);
      ByteBuf piece = Unpooled.wrappedBuffer(octets, written, length);
      written += length;
      ChannelProgressivePromise taken = context.newProgressivePromise();
      context.writeAndFlush(frame.apply(piece), taken);
      if (!taken.isDone()) {
        watch();
        taken.addListener(new Piece());
        return;
      }
      if (!taken.isSuccess()) {
        drop(); // the client may have been gone before: nobody else would give its room back
        context.close();
        return;
      }
    }
    drop();
    then.run();
  }

  private void watch() {
    moved = false;
    look = context.executor().schedule(this::look, STALLED.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (moved) {
      watch();
    } else {
      context.close();
    }
  }

  private void unwatch() {
    if (look != null) {
      look.cancel(false);
      look = null;
    }
  }

  /** Forgets what is not sent; when it is, or when the connection is gone. */
  public void drop() {
    unwatch();
    if (held) {
      held = false;
      budget.release(source, octets.length);
    }
    octets = NOTHING;
    sending = false;
  }
}
