package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class IdleLoopsTest {

  /** Waits until it is woken, and tells for how long it might have waited. */
  private static final class Waiting implements IoHandler {
    final CompletableFuture<Long> nanos = new CompletableFuture<>();
    final CountDownLatch woken = new CountDownLatch(1);
    boolean settled;

    @Override
    public int run(IoHandlerContext context) {
      if (settled && context.canBlock()) {
        nanos.complete(context.delayNanos(System.nanoTime()));
        await();
      }
      return 0;
    }

    private void await() {
      try {
        woken.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void wakeup() {}

    @Override
    public void destroy() {}

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return false;
    }
  }

  @Test
  void aLoopThatHasNothingToDoIsNotWokenEverySecond() throws Exception {
    Waiting waiting = new Waiting();
    LoopTurns.Loops loops =
        new LoopTurns.Loops(1, new DefaultThreadFactory("idle", true), _ -> waiting);
    IoEventLoop loop = loops.group().next();
    loop.execute(() -> waiting.settled = true);
    assertThat(waiting.nanos.get(10, TimeUnit.SECONDS)).isGreaterThan(TimeUnit.HOURS.toNanos(1));
    waiting.woken.countDown();
    loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
