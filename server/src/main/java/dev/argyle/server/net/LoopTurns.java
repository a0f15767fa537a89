package dev.argyle.server.net;

import dev.argyle.server.telemetry.LoopLag;
import dev.argyle.wire.Source;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The turn of an event loop: who is served when.
 *
 * <p>A tunnel that moves bulk could keep its loop busy for ever, and the kernel tells of new octets
 * only who asks. If such a tunnel went on as a task of the loop ({@code execute}), Netty would run
 * tasks for up to a second before it asked for events again, and everybody else on the loop would
 * wait: pings, handshakes, timers, answers of name servers. A crowd of new clients is as bad: each
 * costs as much as a hundred messages of an open tunnel, and all of them can be ready at once. So
 * whatever is long, or costly, asks for a turn here, and a loop does, over and over:
 *
 * <ol>
 *   <li>It asks the kernel for events; it blocks only if nobody waits for a turn.
 *   <li>It serves what is ready. That is little for each: a receive and a send of an open tunnel,
 *       or that it joins a queue.
 *   <li>It gives turns to the steps of new clients ({@link #soon}), a source after the other, for
 *       {@link #STEPS_NANOS} all together.
 *   <li>It gives turns to whoever has bulk to move ({@link #later}), first come, first served, for
 *       as long as {@link RoundLength} says, all together. Each turn moves {@link #shareOctets} at
 *       most. Who is not done joins the queue's end.
 *   <li>It runs tasks and timers.
 * </ol>
 *
 * <p>So a message through an open tunnel waits for the turns of one round: their time and the
 * excess of the last turn of either queue. New clients wait for each other and for no more than
 * that of bulk; bulk has the rest of the processor, shared evenly.
 *
 * <p>One for each loop, around Netty's own handler of events. Only the loop's thread touches it.
 */
public final class LoopTurns implements IoHandler {

  /** What the steps of new clients take of one round, all together. */
  private static final long STEPS_NANOS = 500_000;

  /** What wants to go on. */
  public interface Turn extends Supervised {

    /** Goes on for a bounded while; asks for another turn if that is not enough. */
    void turn();
  }

  /** A part of the work for a client that has no tunnel yet: of a handshake, or of a dial. */
  public interface Step extends Turn {

    /** In whose turn it is served; the same for as long as it waits. */
    Source source();
  }

  /** Event loops of one kind, with the turns of each. */
  public static final class Loops {

    private final IoEventLoopGroup group;
    private final Map<EventExecutor, LoopTurns> turns = new IdentityHashMap<>();

    /**
     * @param count how many loops, at least 1
     * @param kind Netty's handler of events that each loop gets
     */
    public Loops(int count, ThreadFactory threads, IoHandlerFactory kind) {
      Map<ThreadAwareExecutor, LoopTurns> made = new IdentityHashMap<>();
      group =
          new MultiThreadIoEventLoopGroup(
              count,
              threads,
              loop -> {
                LoopTurns handler = new LoopTurns(kind.newHandler(loop));
                made.put(loop, handler);
                return handler;
              });
      for (EventExecutor loop : group) {
        turns.put(loop, made.get((ThreadAwareExecutor) loop));
      }
      IdleLoops.sleepLong(group);
    }

    public IoEventLoopGroup group() {
      return group;
    }

    public LoopTurns turns(IoEventLoop loop) {
      LoopTurns found = turns.get(loop);
      if (found == null) {
        throw new IllegalArgumentException("not a loop of this group");
      }
      return found;
    }
  }

  private final IoHandler inner;
  private final StepQueue steps = new StepQueue();
  private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
  private final RoundLength length = new RoundLength(System.nanoTime());
  private final Supplier<@Nullable Turn> nextStep = steps::poll;
  private final Supplier<@Nullable Turn> nextBulk = waiting::poll;
  private final LoopLag lag = new LoopLag();
  private @Nullable Asking asking; // made of the first context: a loop has one

  private LoopTurns(IoHandler inner) {
    this.inner = inner;
  }

  /**
   * Gives a step of a client that has no tunnel yet a turn in this round or one of the next, before
   * bulk. It is served after the steps of its source that wait already, and after one of each other
   * source. It waits once at a time.
   */
  public void soon(Step step) {
    steps.add(step);
    length.prompt();
  }

  /** A small message of somebody who waits for it was passed on: rounds are short from now on. */
  public void prompt() {
    length.prompt();
  }

  /** Gives {@code work} a turn after all that wait already. It waits once at a time. */
  public void later(Turn work) {
    waiting.add(work);
  }

  /** How late turns come; any thread reads it. */
  public LoopLag lag() {
    return lag;
  }

  /** How many octets a turn may move: less as more wait. */
  public int shareOctets() {
    return length.shareOctets(waiting.size());
  }

  @Override
  public int run(IoHandlerContext context) {
    boolean idle = steps.isEmpty() && waiting.isEmpty();
    lag.asks(System.nanoTime());
    int handled = inner.run(asking(context, idle));
    if (!steps.isEmpty()) {
      handled += give(nextStep, System.nanoTime(), STEPS_NANOS);
    }
    if (!waiting.isEmpty()) {
      long now = System.nanoTime();
      handled += give(nextBulk, now, length.bulkNanos(now));
    }
    return handled;
  }

  private Asking asking(IoHandlerContext context, boolean mayBlock) {
    Asking made = asking == null ? new Asking(context, lag) : asking;
    asking = made;
    made.mayBlock = mayBlock;
    return made;
  }

  /** Gives turns for that long, to within one. Who asks again meanwhile is at the queue's end. */
  private static int give(Supplier<@Nullable Turn> queue, long nowNanos, long nanos) {
    long end = nowNanos + nanos;
    int given = 0;
    for (Turn next = queue.get(); next != null; next = queue.get()) {
      given++;
      try {
        next.turn();
      } catch (Throwable bug) {
        next.tell(bug);
      }
      if (System.nanoTime() - end >= 0) {
        break;
      }
    }
    return given;
  }

  /** The loop's own context, but that it must not block while somebody waits for a turn. */
  private static final class Asking implements IoHandlerContext {

    private final IoHandlerContext loop;
    private final LoopLag lag;
    private boolean mayBlock;

    Asking(IoHandlerContext loop, LoopLag lag) {
      this.loop = loop;
      this.lag = lag;
    }

    @Override
    public boolean canBlock() {
      return mayBlock && loop.canBlock();
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return mayBlock ? loop.delayNanos(currentTimeNanos) : 0;
    }

    @Override
    public long deadlineNanos() {
      return loop.deadlineNanos();
    }

    @Override
    public void reportActiveIoTime(long activeNanos) {
      loop.reportActiveIoTime(activeNanos);
    }

    /**
     * Both handlers of Netty ask this once in a round, right behind the wait for events (4.2.18):
     * the only place that tells when it was over. Nobody wants the report, which is for groups that
     * grow and shrink.
     */
    @Override
    public boolean shouldReportActiveIoTime() {
      lag.woken(System.nanoTime());
      return false;
    }
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
