package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Source;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** What tests of a loop's turns share: a loop that is watched, and work that counts its turns. */
abstract class LoopTurnsCase {

  /** Longer than all turns of a round: so there is one turn a round. */
  static final long WHOLE_ROUND_NANOS = 1_000_000;

  static final long IDLE_MILLIS = 500;

  final List<Boolean> mayBlock = new CopyOnWriteArrayList<>();
  final LoopTurns.Loops loops = loops(1, watched(NioIoHandler.newFactory()));
  final IoEventLoop loop = loops.group().next();
  final LoopTurns turns = loops.turns(loop);
  final List<String> seen = new CopyOnWriteArrayList<>();

  static LoopTurns.Loops loops(int count, IoHandlerFactory kind) {
    return new LoopTurns.Loops(count, new DefaultThreadFactory("turns"), kind);
  }

  @AfterEach
  void end() {
    loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Notes whether the handler inside is told that it may block. */
  IoHandlerFactory watched(IoHandlerFactory kind) {
    return executor -> new Watched(kind.newHandler(executor));
  }

  final class Watched implements IoHandler {
    final IoHandler inner;

    Watched(IoHandler inner) {
      this.inner = inner;
    }

    @Override
    public int run(IoHandlerContext context) {
      mayBlock.add(context.canBlock());
      return inner.run(context);
    }

    @Override
    public void initialize() {
      inner.initialize();
    }

    @Override
    public void prepareToDestroy() {
      inner.prepareToDestroy();
    }

    @Override
    public void destroy() {
      inner.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
      return inner.register(handle);
    }

    @Override
    public void wakeup() {
      inner.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return inner.isCompatible(handleType);
    }
  }

  /** Says its name, and asks for more turns. */
  class Work implements LoopTurns.Step {
    final String name;
    final CountDownLatch done;
    InetAddress from = InetAddress.getLoopbackAddress();

    Work(String name, int count) {
      this.name = name;
      this.done = new CountDownLatch(count);
    }

    Work from(String address) {
      from = InetAddress.ofLiteral(address);
      return this;
    }

    @Override
    public Source source() {
      return Source.of(from);
    }

    @Override
    public void turn() {
      seen.add(name);
      done.countDown();
      if (done.getCount() > 0) {
        turns.later(this);
      }
    }

    @Override
    public void onBug(Throwable bug) {
      seen.add(name + ": " + bug.getMessage());
    }
  }

  static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Takes a whole round each time, for ever. */
  abstract class Greedy implements LoopTurns.Step {
    int count;

    @Override
    public Source source() {
      return Source.of(InetAddress.getLoopbackAddress());
    }

    abstract void each();

    @Override
    public final void turn() {
      count++;
      each();
      long end = System.nanoTime() + WHOLE_ROUND_NANOS;
      while (System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
      again();
    }

    void again() {
      turns.later(this);
    }

    @Override
    public void onBug(Throwable bug) {
      seen.add(bug.toString());
    }
  }

  static void write(Socket peer) {
    try {
      peer.getOutputStream().write('x');
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  CompletableFuture<StreamSocket> connect(NioSocketLoop sockets, ServerSocket listener) {
    CompletableFuture<StreamSocket> connected = new CompletableFuture<>();
    InetSocketAddress to = (InetSocketAddress) listener.getLocalSocketAddress();
    loop.execute(
        () ->
            sockets.connect(
                to,
                null,
                new Connector.Outcome() {
                  @Override
                  public void connected(StreamSocket socket) {
                    connected.complete(socket);
                  }

                  @Override
                  public Source source() {
                    return Source.of(InetAddress.getLoopbackAddress());
                  }

                  @Override
                  public void failed(int errno) {
                    connected.completeExceptionally(new AssertionError("errno " + errno));
                  }

                  @Override
                  public void onBug(Throwable bug) {
                    connected.completeExceptionally(bug);
                  }
                }));
    return connected;
  }
}
