package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.telemetry.Counters;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns are counted here, not timed. */
@Timeout(30)
@Tag("play")
class LoopTurnsTest {

  /** Longer than all turns of a round: so there is one turn a round. */
  private static final long WHOLE_ROUND_NANOS = 1_000_000;

  private static final long IDLE_MILLIS = 500;

  private final List<Boolean> mayBlock = new CopyOnWriteArrayList<>();
  private final LoopTurns.Loops loops = loops(1, watched(NioIoHandler.newFactory()));
  private final IoEventLoop loop = loops.group().next();
  private final LoopTurns turns = loops.turns(loop);
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private static LoopTurns.Loops loops(int count, IoHandlerFactory kind) {
    return new LoopTurns.Loops(count, new DefaultThreadFactory("turns"), kind);
  }

  @AfterEach
  void end() {
    loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Notes whether the handler inside is told that it may block. */
  private IoHandlerFactory watched(IoHandlerFactory kind) {
    return executor -> new Watched(kind.newHandler(executor));
  }

  private final class Watched implements IoHandler {
    private final IoHandler inner;

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
  private class Work implements LoopTurns.Step {
    private final String name;
    private final CountDownLatch done;
    private InetAddress from = InetAddress.getLoopbackAddress();

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

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoComesFirstIsServedFirstAndWhoIsNotDoneWaitsForTheOthers() throws Exception {
    Work a = new Work("a", 3);
    Work b = new Work("b", 1);
    Work c = new Work("c", 2);
    loop.execute(
        () -> {
          turns.later(a);
          turns.later(b);
          turns.later(c);
        });
    await(a.done);
    await(c.done);
    assertThat(seen).containsExactly("a", "b", "c", "a", "c", "a");
  }

  @Test
  void aTurnThatThrowsIsToldToItsOwnerAndTheOthersFollow() throws Exception {
    Work next = new Work("next", 1);
    Work broken =
        new Work("broken", 1) {
          @Override
          public void turn() {
            throw new StackOverflowError("a bug");
          }
        };
    loop.execute(
        () -> {
          turns.later(broken);
          turns.later(next);
        });
    await(next.done);
    assertThat(seen).containsExactly("broken: a bug", "next");
  }

  /** Takes a whole round each time, for ever. */
  private abstract class Greedy implements LoopTurns.Step {
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

  @Test
  void anEventIsServedBeforeTheNextTurnOfWhoIsNeverDone() throws Exception {
    CompletableFuture<Integer> turnsBetween = new CompletableFuture<>();
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NioSocketLoop sockets = new NioSocketLoop(loop, turns, new Counters().forLoop());
      CompletableFuture<StreamSocket> connected = connect(sockets, listener);
      try (Socket peer = listener.accept()) {
        StreamSocket socket = connected.get(10, TimeUnit.SECONDS);
        Greedy greedy =
            new Greedy() {
              @Override
              void each() {
                if (count == 10) {
                  guard(() -> write(peer));
                }
              }
            };
        loop.execute(
            () -> {
              socket.handOver(
                  new SocketEvents() {
                    @Override
                    public void ready() {
                      if (socket.mayRead()) {
                        turnsBetween.complete(greedy.count - 10);
                      }
                    }

                    @Override
                    public void onBug(Throwable bug) {
                      turnsBetween.completeExceptionally(bug);
                    }
                  });
              turns.later(greedy);
            });
        assertThat(turnsBetween.get(10, TimeUnit.SECONDS)).isZero();
      }
    }
  }

  private static void write(Socket peer) {
    try {
      peer.getOutputStream().write('x');
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  private CompletableFuture<StreamSocket> connect(NioSocketLoop sockets, ServerSocket listener) {
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

  @Test
  void tasksAndTimersAreRunBeforeTheNextTurnOfWhoIsNeverDone() throws Exception {
    CompletableFuture<Integer> byTask = new CompletableFuture<>();
    CompletableFuture<Integer> byTimer = new CompletableFuture<>();
    Greedy greedy =
        new Greedy() {
          @Override
          void each() {
            if (count == 10) {
              loop.execute(() -> byTask.complete(count));
              loop.schedule(() -> byTimer.complete(count), 1, TimeUnit.NANOSECONDS);
            }
          }
        };
    loop.execute(() -> turns.later(greedy));
    assertThat(byTask.get(10, TimeUnit.SECONDS)).isEqualTo(10);
    assertThat(byTimer.get(10, TimeUnit.SECONDS)).isEqualTo(10);
  }

  @Test
  void aStepOfANewClientIsBeforeTheNextTurnOfBulkThatIsNeverDone() throws Exception {
    CompletableFuture<Integer> byStep = new CompletableFuture<>();
    Greedy greedy =
        new Greedy() {
          int bulkTurns() {
            return count;
          }

          @Override
          void each() {
            if (count == 10) {
              turns.soon(
                  new Work("step", 1) {
                    @Override
                    public void turn() {
                      byStep.complete(bulkTurns());
                    }
                  });
            }
          }
        };
    loop.execute(() -> turns.later(greedy));
    assertThat(byStep.get(10, TimeUnit.SECONDS)).isEqualTo(10);
  }

  @Test
  void aCrowdFromOneSourceDoesNotHoldUpTheStepOfAnother() throws Exception {
    Work last = new Work("crowd", 1).from("192.0.2.1");
    loop.execute(
        () -> {
          for (int i = 0; i < 99; i++) {
            turns.soon(new Work("crowd", 1).from("192.0.2.1"));
          }
          turns.soon(last);
          turns.soon(new Work("IPv4", 1).from("192.0.2.2"));
          turns.soon(new Work("IPv6", 1).from("2001:db8::1"));
          turns.soon(new Work("same /64", 1).from("2001:db8::2"));
        });
    await(last.done);
    assertThat(seen).hasSize(103).startsWith("crowd", "IPv4", "IPv6", "crowd", "same /64", "crowd");
  }

  @Test
  void aCrowdOfNewClientsThatIsNeverDoneLeavesBulkAndTasksTheirTurns() throws Exception {
    CompletableFuture<Integer> byTask = new CompletableFuture<>();
    Work bulk = new Work("bulk", 3);
    Greedy crowd =
        new Greedy() {
          @Override
          void each() {
            if (count == 10) {
              loop.execute(() -> byTask.complete(count));
            }
          }

          @Override
          void again() {
            turns.soon(this);
          }
        };
    loop.execute(
        () -> {
          turns.later(bulk);
          turns.soon(crowd);
        });
    await(bulk.done);
    assertThat(byTask.get(10, TimeUnit.SECONDS)).isEqualTo(10);
  }

  @Test
  void theKernelIsAskedWithoutWaitingWhileSomebodyWaitsAndWithWaitingOtherwise() throws Exception {
    AtomicInteger before = new AtomicInteger();
    Work work = new Work("a", 5);
    loop.submit(
            () -> {
              turns.later(work);
              before.set(mayBlock.size());
            })
        .get();
    await(work.done);
    loop.submit(() -> {}).get();
    assertThat(mayBlock.get(before.get())).as("a turn waits").isFalse();
    int asked = mayBlock.size();
    Thread.sleep(50);
    assertThat(mayBlock.size() - asked).as("rounds while nothing happens").isLessThan(3);
    assertThat(mayBlock.getLast()).as("nobody waits").isTrue();
  }

  @Test
  void aShareIsSmallerTheMoreWait() throws Exception {
    List<Integer> shares = new ArrayList<>();
    loop.submit(
            () -> {
              shares.add(turns.shareOctets());
              for (int i = 0; i < 100; i++) {
                turns.later(new Work("x", 1));
                shares.add(turns.shareOctets());
              }
            })
        .get();
    assertThat(shares).isSortedAccordingTo((one, next) -> next - one);
    assertThat(shares.getFirst()).isEqualTo(512 * 1024);
    assertThat(shares.getLast()).isEqualTo(128 * 1024);
  }

  @Test
  void eachLoopHasItsOwnTurnsAndAnotherGroupsLoopHasNone() {
    LoopTurns.Loops two = loops(2, NioIoHandler.newFactory());
    try {
      assertThat(two.turns(two.group().next())).isNotSameAs(two.turns(two.group().next()));
      assertThatThrownBy(() -> two.turns(loop)).isInstanceOf(IllegalArgumentException.class);
    } finally {
      two.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** If Netty asked elsewhere whether to report its time, nothing would be measured. */
  @Test
  void aRoundThatIsLongIsSeen() throws Exception {
    Counters counters = new Counters();
    counters.forLoop(turns.lag());
    CountDownLatch worked = new CountDownLatch(1);
    Greedy once =
        new Greedy() {
          @Override
          void each() {}

          @Override
          void again() {
            worked.countDown();
          }
        };
    loop.execute(() -> turns.later(once));
    await(worked);
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .until(
            () -> {
              loop.submit(() -> {}).get(); // another round
              return counters.lag().mostNanos() >= WHOLE_ROUND_NANOS;
            });
    assertThat(counters.lag().rounds()).isPositive();
  }

  @Test
  void theWaitForEventsIsNoWork() throws Exception {
    Counters counters = new Counters();
    counters.forLoop(turns.lag());
    CountDownLatch late = new CountDownLatch(1);
    loop.schedule(late::countDown, IDLE_MILLIS, TimeUnit.MILLISECONDS);
    await(late);
    loop.submit(() -> {}).get();
    assertThat(counters.lag().busyNanos()).isLessThan(TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS));
  }
}
