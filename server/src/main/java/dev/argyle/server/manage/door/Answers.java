package dev.argyle.server.manage.door;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection's answers on their way to a client, who may be slow. Closes the connection when an
 * answer cannot be sent, and when nothing of one is taken for {@link #STALLED}. Belongs to a loop.
 */
final class Answers implements ChannelProgressiveFutureListener {

  /** How long a client may take nothing at all. */
  static final Duration STALLED = Duration.ofSeconds(30);

  private final ChannelHandlerContext context;
  private @Nullable ChannelFuture last;
  private long moves; // whenever the client has taken something
  private boolean watching;

  Answers(ChannelHandlerContext context) {
    this.context = context;
  }

  /** In one write. */
  void write(Object frame) {
    ChannelProgressivePromise taken = context.newProgressivePromise();
    taken.addListener(this);
    last = taken;
    context.writeAndFlush(frame, taken);
    if (!watching) {
      watch(taken);
    }
  }

  /** Does something when all that was written is on its way, or cannot be any more. */
  void whenTaken(Runnable then) {
    if (last == null) {
      then.run();
    } else {
      last.addListener(_ -> then.run());
    }
  }

  @Override
  public void operationProgressed(ChannelProgressiveFuture some, long now, long all) {
    moves++;
  }

  @Override
  public void operationComplete(ChannelProgressiveFuture answer) {
    moves++;
    if (!answer.isSuccess()) {
      context.close(); // the client waits for an answer that will not come
    }
  }

  private void watch(ChannelFuture answer) {
    watching = !answer.isDone();
    if (watching) {
      long before = moves;
      context.executor().schedule(() -> look(before), STALLED.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void look(long before) {
    ChannelFuture answer = last;
    if (answer == null || answer.isDone()) {
      watching = false;
    } else if (moves == before) {
      context.close();
    } else {
      watch(answer);
    }
  }
}
